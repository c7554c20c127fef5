#!/usr/bin/env python3
"""Replays the evasion ledger against other push scanners, each as a pre-receive hook, and prints a table.

    tests/peers/evasion.py [--peers FOLDER] [--only NAME...] [--out FOLDER] [--entries WORD]

Each hook is what that scanner's users write, or something kinder to it: every line of standard input is read, every new
commit is shown to it, validation over the network is off. Where a scanner cannot see a quarantine, the files that the new
commits add are laid out for it in a folder. What is not set up in the hook is the scanner's default.

The pushes are those of `tests/it/evasion`, each with a leak and without. Entries that a Rust test makes by itself, and
those that no server sees, are not replayed. Counted are the entries that leakgate must stop: of how many the leak was
stopped, and of how many the harmless twin was stopped too (a hook that fails always stops everything).
"""

import argparse
import collections
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NEW = """status=0
while read -r old new ref; do
    case $new in *[!0]*) ;; *) continue ;; esac
"""
HOOKS = {
    # gitleaks has no pre-receive mode; this is the recipe that goes round.
    "gitleaks": NEW + """    gitleaks git --no-banner --redact --log-opts="$new --not --all" . >&2 || status=1
done
exit $status
""",
    # With what it can be told besides: merges, archives, and no word for the pusher.
    "gitleaks, all on": NEW + """    gitleaks git --no-banner --redact --ignore-gitleaks-allow --max-archive-depth 8 --max-decode-depth 8 \\
        --log-opts="-m $new --not --all" . >&2 || status=1
done
exit $status
""",
    "betterleaks": """exec betterleaks git --pre-receive --no-banner --redact --no-allow-signatures . >&2
""",
    # It opens no quarantine: `kingfisher scan --since-commit` sees nothing of a push and exits 0.
    "kingfisher": """work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
python3 - "$work" <<'END' || exit 1
import os, subprocess, sys
out = lambda *words: subprocess.run(["git", *words], check=True, capture_output=True).stdout
count = 0
for line in os.fdopen(3, "rb"):
    old, new, name = line.rstrip(b"\\n").split(b" ", 2)
    if not new.strip(b"0"):
        continue
    for commit in out("rev-list", new.decode(), "--not", "--all").decode().split():
        fields = out("diff-tree", "-r", "--root", "-m", "--no-commit-id", "-z", "--diff-filter=d", commit).split(b"\\0")
        for head, path in zip(fields[::2], fields[1::2]):
            mode, blob = head.split(b" ")[1], head.split(b" ")[3].decode()
            if mode != b"160000":
                count += 1
                os.mkdir(f"{sys.argv[1]}/{count}")
                safe = path.decode("utf-8", "replace").replace("/", "_").replace("\\0", "_")[-100:]
                with open(f"{sys.argv[1]}/{count}/{safe or 'x'}", "wb") as file:
                    file.write(out("cat-file", "blob", blob))
END
kingfisher scan "$work" --no-validate --no-update-check --git-history none >"$work.log" 2>&1
status=$?
rm -f "$work.log"
[ $status -eq 0 ] || echo "kingfisher: $status" >&2
exit $status
""",
}
TIERS = {
    "3.1": "shape of the history",
    "3.2": "references and kinds of objects",
    "3.3": "object store and range",
    "3.4": "names, settings, attributes",
    "3.5": "text and bytes",
    "3.6": "metadata",
    "3.7": "encoded and packed",
    "3.8": "disguised",
    "3.9": "around the hook",
}


def test_binary():
    """The integration tests, built."""
    subprocess.run(["cargo", "test", "--locked", "--test", "it", "--no-run"], cwd=ROOT, check=True)
    found = subprocess.run(
        ["cargo", "test", "--locked", "--test", "it", "--no-run", "--message-format=json"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout
    for line in found.splitlines():
        if '"executable":"' in line and '"name":"it"' in line:
            return line.split('"executable":"')[1].split('"')[0]
    sys.exit("cargo does not say where the tests are")


def replay(tests, name, peers, folder, entries):
    """Writes what became of each entry with the hook `name`; leakgate itself when there is no such hook."""
    score = folder / (name.replace(", ", "-").replace(" ", "-") + ".tsv")
    env = dict(os.environ, LEAKGATE_EVASION_SCORE=str(score), LEAKGATE_EVASION=entries)
    env["PATH"] = f"{peers}:{env['PATH']}"
    with tempfile.TemporaryDirectory() as scratch:
        if name in HOOKS:
            hook = pathlib.Path(scratch, "hook")
            head = "#!/bin/sh\nexec 3<&0\n" if "os.fdopen(3" in HOOKS[name] else "#!/bin/sh\n"
            hook.write_text(f"{head}export KF_RULE_CACHE_DIR={folder.resolve()}/rules\n{HOOKS[name]}")
            hook.chmod(0o755)
            env["LEAKGATE_TEST_BIN"] = str(hook)
        subprocess.run([tests, "every_entry_of_the_ledger_ends"], env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return score


def table(scores):
    rows = collections.OrderedDict((tier, {}) for tier in TIERS)
    for name, path in scores.items():
        for line in path.read_text().splitlines():
            tier, _, must, leak, twin = line.split("\t")
            if must in ("Refuse", "Stop") and leak != "none" and twin != "none":
                count = rows[tier].setdefault(name, [0, 0, 0])
                count[0] += 1
                count[1] += leak == "stopped"
                count[2] += twin == "stopped"
    print("| | " + " | ".join(scores) + " |")
    print("|---|" + "--:|" * len(scores))
    whole = {name: [0, 0, 0] for name in scores}
    for tier, title in TIERS.items():
        cells = []
        for name in scores:
            count = rows[tier].get(name, [0, 0, 0])
            whole[name] = [a + b for a, b in zip(whole[name], count)]
            cells.append(f"{count[1]} of {count[0]}")
        print(f"| {tier} {title} | " + " | ".join(cells) + " |")
    print("| all | " + " | ".join(f"{it[1]} of {it[0]}" for it in whole.values()) + " |")
    print("| of them with the twin stopped too | " + " | ".join(str(it[2]) for it in whole.values()) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default="", help="folder with the scanners, when they are not in PATH")
    parser.add_argument("--only", nargs="*", default=["leakgate", *HOOKS], help="these columns")
    parser.add_argument("--out", help="folder for the outcomes, one file a scanner; kept")
    parser.add_argument("--tests", help="the integration tests, where they are built already")
    parser.add_argument("--entries", default="", help="only entries whose id contains this")
    args = parser.parse_args()
    folder = pathlib.Path(args.out or tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    tests = args.tests or test_binary()
    scores = {name: replay(tests, name, args.peers, folder, args.entries) for name in args.only}
    table(scores)
    if not args.out:
        shutil.rmtree(folder)


main()
