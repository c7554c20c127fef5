"""Precision and recall of a leakgate binary on the labelled lines: see README.md."""

import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def lines():
    with open(os.path.join(HERE, "lines.tsv"), encoding="utf-8") as table:
        for row in table:
            if not row.startswith("#"):
                repository, commit, path, line, label = row.rstrip("\n").split("\t")
                yield repository, commit, path, int(line), label == "secret"


def main():
    binary, clones = sys.argv[1], sys.argv[2]
    labelled, folder = {}, tempfile.mkdtemp(prefix="labelled")
    for repository, commit, path, line, secret in lines():
        git_dir = os.path.join(clones, *repository.split("/"))
        for form in (git_dir, git_dir + ".git", os.path.join(clones, repository.replace("/", "+"), "repo")):
            if os.path.isdir(form):
                git_dir = form
        shown = subprocess.run(
            ["git", "--git-dir", git_dir, "show", f"{commit}:{path}"], capture_output=True, check=False
        )
        if shown.returncode != 0:
            print("not there:", repository, commit, path)
            continue
        name = os.path.join(commit[:12], path)
        target = os.path.join(folder, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(shown.stdout)
        labelled[(name, line)] = secret
    # Paths stay relative, as in a push: the folders above a file count. A file at a time, so that no path is masked
    # because a value of another file is in it.
    found = set()
    for name in sorted({name for name, _ in labelled}):
        head, rest = name.split("/", 1)
        out = subprocess.run(
            [binary, "scan", "--format", "jsonl", rest], cwd=os.path.join(folder, head), capture_output=True, check=False
        )
        for text in out.stdout.splitlines():
            finding = json.loads(text)
            if finding.get("rule") and finding.get("line"):
                found.add((name, finding["line"]))
    hits = {key for key in labelled if key in found}
    right = sum(1 for key in hits if labelled[key])
    secrets = sum(labelled.values())
    print(f"{len(labelled)} lines, {secrets} with a secret; found {len(hits)}, of them {right} right")
    print(f"precision {right / max(1, len(hits)):.3f}, recall {right / max(1, secrets):.3f}")
    if "--show" in sys.argv:
        for key in sorted(labelled):
            if labelled[key] != (key in hits):
                print("missed " if labelled[key] else "false  ", key[0], key[1])


if __name__ == "__main__":
    main()
