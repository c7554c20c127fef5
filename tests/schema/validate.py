"""Validates a JSON document on standard input by the schema that is named, and says everything that is wrong."""

import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
document = json.load(sys.stdin)
validator = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())
errors = sorted(validator.iter_errors(document), key=lambda error: list(map(str, error.path)))
for error in errors[:20]:
    print("/".join(map(str, error.path)), error.message[:300])
sys.exit(1 if errors else 0)
