#!/usr/bin/env python3
"""Runs gitleaks and leakgate with the same gitleaks configurations on the same repositories, and compares the findings.

    tests/peers/gitleaks.py --leakgate target/debug/leakgate --gitleaks gitleaks \
        --default config-of-gitleaks.toml --repo /srv/a.git --repo /srv/b.git CONFIG.toml...

Each repository is copied and gets one commit more, with made-up values that rules of both kinds find; then all of its
history is scanned by both. leakgate runs with the configuration alone (`own_rules = false`, no customer data), so that
what differs comes from the configuration. A finding is one of the other's when commit, path and line agree; leakgate
gives one finding for one value, so of several rules of gitleaks on one value one is enough.

What is left is sorted by why, as far as a machine can tell; the rest is printed for a person to look at. Exit status 1
when anything is left unexplained. Nothing of a value is printed.
"""

import argparse
import collections
import functools
import json
import pathlib
import random
import re
import string
import subprocess
import sys
import tempfile

POLICY = """
extend = {config}
customer.enabled = false
[unreadable]
encrypted = "allow"
unsupported = "allow"
over_limit = "allow"
[limits]
decode_depth = {decode}
[gitleaks]
default_config = {default}
ignore = {ignore}
own_rules = false
"""


def run(*command, cwd=None, ok=(0,)):
    done = subprocess.run(command, cwd=cwd, capture_output=True)
    if done.returncode not in ok:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode(errors="replace")


def planted():
    """Files with made-up values, new ones at each run."""
    def text(alphabet, length):
        return "".join(random.choices(alphabet, k=length))

    alnum, hexa = string.ascii_letters + string.digits, "0123456789abcdef"
    upper = string.ascii_uppercase + "234567"
    token = text(alnum, 36)
    yield "deploy/a.env", f"GITHUB_TOKEN=ghp_{token}\nAWS=AKIA{text(upper, 16)}\n"
    yield "src/settings.py", f"api_key = '{text(alnum, 40)}'\nname = 'x'\nslack = 'xoxb-{text(string.digits, 12)}-{text(string.digits, 12)}-{text(alnum, 24)}'\n"
    yield "test/fixture.js", f"const token = 'ghp_{text(alnum, 36)}';\n"
    yield "docs/guide.md", f"Use `ghp_{text(alnum, 36)}` here.\n"
    yield "data/list.json", '{"apiToken": "%s"}\n' % text(hexa, 40)
    yield "web/.env.example", f"STRIPE=sk_live_{text(alnum, 24)}\n"
    yield "certs/store.p12", "no key at all\n"
    yield "vendor/b.txt", f"shop_key = {text(string.ascii_lowercase + string.digits, 24)}\n"
    shop = [text(string.ascii_lowercase + string.digits, 24) for _ in range(4)]
    yield "shop/a.txt", f"shop_key = '{shop[0]}'\nshop-key: {shop[1]} not-real\nshop_key={shop[2]} sample\nSHOP_KEY = {shop[3]}\n"
    yield "fixtures/a.txt", f"shop_key = {shop[0][:12]}abcabc{shop[1][:6]}\nshop_key = {shop[2]}\n"
    yield "shop/two.txt", f"pairid_{text(hexa, 12)}\n\npairsec_{text(hexa, 20)}\n" + "\n" * 9 + f"pairid_{text(hexa, 12)}\n"
    yield "shop/third.txt", "tok{abcdef} tok{allowed} pinnn\n"
    yield "shop/below.txt", f"based_{text(alnum, 16)}\nbased_aaaaaaaaaaaaaaaa\nbased_dummydummy{text(alnum, 4)}\nbased_example{text(alnum, 9)}\n"
    yield "vault.kdbx", "nothing\n"


def prepare(source, folder):
    """A copy of `source` with one commit more."""
    target = folder / pathlib.Path(source).name
    # Without its files: the index is enough for a commit, and a planted folder may be a file there.
    run("git", "clone", "-q", "-n", "--no-hardlinks", "-c", "core.fsync=none", source, target)
    run("git", "read-tree", "HEAD", cwd=target)
    ignore = subprocess.run(["git", "show", "HEAD:.gitleaksignore"], cwd=target, capture_output=True)
    if ignore.returncode == 0:
        (target / ".gitleaksignore").write_bytes(ignore.stdout)
    for path, text in planted():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        run("git", "add", "-f", path, cwd=target)
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    run("git", *who, "commit", "-q", "-m", "Plant", cwd=target)
    return target


Place = collections.namedtuple("Place", "commit path first last rule")


def of_gitleaks(args, repo, config, folder):
    report = folder / "gitleaks.json"
    report.unlink(missing_ok=True)
    command = [args.gitleaks, "git", str(repo), "--config", str(config), "--report-format", "json", "--report-path",
               str(report), "--exit-code", "0", "--no-banner", "--log-level", "error", "--max-decode-depth", str(args.decode)]
    done = subprocess.run(command, cwd=config.parent, capture_output=True)
    if done.returncode != 0 or not report.exists():
        return None, done.stderr.decode(errors="replace").strip().splitlines()[-1:]
    found = json.loads(report.read_text())
    return [Place(it["Commit"], it["File"], it["StartLine"], max(it["EndLine"], it["StartLine"]), it["RuleID"]) for it in found], None


def of_leakgate(args, repo, config, folder):
    policy = folder / "policy.toml"
    ignore = [str(repo / ".gitleaksignore")] if (repo / ".gitleaksignore").exists() else []
    policy.write_text(POLICY.format(config=json.dumps(str(config)), default=json.dumps(str(args.default)), ignore=json.dumps(ignore), decode=args.decode))
    command = [args.leakgate, "scan", "--all", "--repo", str(repo), "--format", "jsonl", "--policy", str(policy)]
    done = subprocess.run(command, capture_output=True, cwd=repo)
    if done.returncode not in (0, 1):
        return None, done.stderr.decode(errors="replace").strip().splitlines()[:4]
    lines = [json.loads(line) for line in done.stdout.decode(errors="replace").splitlines()]
    return [it for it in lines if it["kind"] == "secret"], None


def parents_of(repo):
    return {line.split()[0]: line.split()[1:] for line in run("git", "rev-list", "--all", "--parents", cwd=repo).splitlines()}


def line_of(repo, commit, path, number):
    text = subprocess.run(["git", "show", f"{commit}:{path}"], cwd=repo, capture_output=True).stdout
    lines = text.split(b"\n")
    return lines[number - 1] if 0 < number <= len(lines) else b""


def was_there(repo, commits, place):
    """Whether a parent has the line already, in this file or in one that is gone: it was moved, and is not added."""
    line = line_of(repo, place.commit, place.path, place.first).strip()
    for parent in commits.get(place.commit, []):
        shown = subprocess.run(["git", "grep", "-a", "-h", "-F", "-e", line, parent, "--"], cwd=repo, capture_output=True).stdout
        if line and any(other.strip() == line for other in shown.split(b"\n")):
            return True
    return False


def why_only_gitleaks(repo, commits, place, ours):
    near = [it for it in ours if it["commit"] == place.commit and place.path in it["paths"]]
    if any(place.first <= it["line"] <= place.last for it in near):
        return "another rule reports the same value"
    if was_there(repo, commits, place):
        return "the line is not new: a parent has it, and it was moved"
    return None


@functools.cache
def of_whole_file(gitleaks, decode, repo, config, commit, path):
    """What gitleaks finds in a file as a whole: first and last line, and rule."""
    with tempfile.TemporaryDirectory() as folder:
        tree, report = pathlib.Path(folder) / "tree", pathlib.Path(folder) / "report.json"
        file = tree / path
        file.parent.mkdir(parents=True)
        file.write_bytes(subprocess.run(["git", "show", f"{commit}:{path}"], cwd=repo, capture_output=True).stdout)
        command = [gitleaks, "dir", ".", "--config", str(config), "--report-format", "json", "--report-path", str(report),
                   "--exit-code", "0", "--no-banner", "--log-level", "error", "--max-decode-depth", str(decode)]
        subprocess.run(command, cwd=tree, capture_output=True)
        found = json.loads(report.read_text()) if report.exists() else []
        return [(it["StartLine"], max(it["EndLine"], it["StartLine"]), of_ours(it["RuleID"])) for it in found]


def in_whole_file(args, repo, config, commit, path, line, rule):
    """Whether gitleaks finds it in the file as a whole, with what stands in other hunks."""
    found = of_whole_file(args.gitleaks, args.decode, repo, config, commit, path)
    return any(first <= line <= last and rule == its for first, last, its in found)


def is_binary(repo, it):
    """Whether git says so: by a NUL in the first 8,000 bytes."""
    return b"\0" in subprocess.run(["git", "show", f"{it['commit']}:{it['path']}"], cwd=repo, capture_output=True).stdout[:8000]


def of_ours(rule):
    """What leakgate calls a rule of gitleaks."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in rule).split()
    return ("gitleaks-" + "-".join(words).lower())[:60]


def why_only_leakgate(commits, it, theirs):
    if it["subject"] not in ("file", "symlink"):
        return f"gitleaks does not look at this: {it['subject']}"
    if len(commits.get(it["commit"], [])) > 1:
        return "a merge adds it, which gitleaks does not look at"
    if it["member"] or it["via"]:
        return "decoded or unpacked by leakgate alone"
    if it["distinct"]:
        return "a path that changes: gitleaks sees only files with added lines of text"
    return None


def compare(args, repo, config, folder, commits):
    theirs, their_error = of_gitleaks(args, repo, config, folder)
    ours, our_error = of_leakgate(args, repo, config, folder)
    if theirs == [] and our_error and "no rule left" in " ".join(" ".join(our_error).split()):
        print(f"  {config.name}: it has no rules: gitleaks finds nothing with it, leakgate refuses to run without any")
        return 0
    if their_error is not None or our_error is not None:
        both = (their_error is not None) == (our_error is not None)
        print(f"  {config.name}: refused by {'both' if both else 'ONE'}: gitleaks {their_error} leakgate {our_error}")
        return 0 if both else 1
    by_place = collections.defaultdict(list)
    known = {(place.commit, place.path) for place in theirs}
    for it in ours:
        # A value's words are masked in all paths as well, so that one may stand for several; line and rule tell them apart.
        it["paths"] = [it["path"]]
        if "****" in (it["path"] or ""):
            pattern = re.compile(re.escape(it["path"]).replace(re.escape("****"), ".*"))
            it["paths"] += [path for commit, path in known if commit == it["commit"] and pattern.fullmatch(path)]
        for path in it["paths"]:
            by_place[it["commit"], path].append(it)
    matched, causes, left = set(), collections.Counter(), []
    agree = 0
    for place in theirs:
        same = [it for it in by_place[place.commit, place.path]
                if (place.first <= it["line"] <= place.last or place.first == 0) and it["rule"] == of_ours(place.rule)]
        if same:
            agree += 1
            matched.update(id(it) for it in same)
            continue
        cause = why_only_gitleaks(repo, commits, place, ours)
        if not cause and not in_whole_file(args, repo, config, place.commit, place.path, place.first, of_ours(place.rule)):
            cause = "gitleaks finds it in the hunk alone: in the whole file a match that begins before it takes it in"
        if cause:
            causes["only gitleaks: " + cause] += 1
        else:
            left.append(f"only gitleaks: {place.rule} {place.commit[:10]} {place.path}:{place.first}")
    places = {(place.commit, place.path, line) for place in theirs for line in range(place.first, place.last + 1)}
    for it in ours:
        if id(it) in matched or any((it["commit"], path, it["line"]) in places for path in it["paths"]):
            continue
        cause = why_only_leakgate(commits, it, theirs)
        if not cause and is_binary(repo, it):
            cause = "git takes the file for binary, and shows gitleaks no line of it"
        if not cause and in_whole_file(args, repo, config, it["commit"], it["path"], it["line"], it["rule"]):
            cause = "gitleaks finds it in the whole file: the keyword stands in another hunk"
        if cause:
            causes["only leakgate: " + cause] += 1
        else:
            left.append(f"only leakgate: {it['rule']} {it['commit'][:10]} {it['path']}:{it['line']}")
    print(f"  {config.name}: gitleaks {len(theirs)}, leakgate {len(ours)}, agree {agree}, left {len(left)}")
    for cause, count in sorted(causes.items()):
        print(f"    {count:6} {cause}")
    for line in left[: args.show]:
        print(f"           {line}")
    return len(left)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leakgate", required=True, type=lambda it: str(pathlib.Path(it).resolve()))
    parser.add_argument("--gitleaks", required=True)
    parser.add_argument("--default", required=True, type=lambda it: pathlib.Path(it).resolve(), help="gitleaks' own default configuration")
    parser.add_argument("--repo", action="append", required=True)
    parser.add_argument("--decode", type=int, default=5, help="gitleaks' --max-decode-depth")
    parser.add_argument("--show", type=int, default=20, help="unexplained findings to print")
    parser.add_argument("config", nargs="+", type=lambda it: pathlib.Path(it).resolve())
    args = parser.parse_args()
    left = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for source in args.repo:
            repo = prepare(source, folder)
            commits = parents_of(repo)
            print(f"{pathlib.Path(source).name}: {len(commits)} commits")
            for config in args.config:
                left += compare(args, repo, config, folder, commits)
    sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()
