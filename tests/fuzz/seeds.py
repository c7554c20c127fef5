"""Writes a first input for what the fuzzer can hardly guess: containers, encodings, policies, objects."""

import bz2
import gzip
import io
import lzma
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib

TEXT = b"api_key = 'a1b2c3d4e5f6g7h8i9'\nmail: a.person@shop.example, 03-1234-5678\n" * 4


def zipped(compression):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        archive.writestr("a.txt", TEXT)
        archive.writestr("xl/sharedStrings.xml", "<sst><si><t>a.person@shop.example</t></si></sst>")
    return out.getvalue()


def tarred(form):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        entry = tarfile.TarInfo("a/" + "long" * 40 + ".txt")
        entry.size = len(TEXT)
        archive.addfile(entry, io.BytesIO(TEXT))
    return out.getvalue()


def database():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.db")
        with sqlite3.connect(path) as connection:
            connection.execute("create table people (mail text, number integer)")
            connection.executemany("insert into people values (?, ?)", [(f"a{n}@shop.example", n) for n in range(9)])
        connection.close()
        with open(path, "rb") as file:
            return file.read()


def pack():
    with tempfile.TemporaryDirectory() as folder:
        run = lambda *words, **more: subprocess.run(words, cwd=folder, check=True, capture_output=True, **more).stdout
        run("git", "init", "-q")
        ids = [run("git", "hash-object", "-w", "--stdin", input=TEXT * n) for n in (1, 2, 3)]
        return run("git", "pack-objects", "--stdout", "-q", input=b"".join(ids))


def pdf():
    stream = zlib.compress(b"BT (" + TEXT[:60].replace(b"(", b"") + b") Tj ET")
    head = b"%PDF-1.4\n1 0 obj\n<</Length " + str(len(stream)).encode() + b"/Filter/FlateDecode>>\nstream\n"
    return head + stream + b"\nendstream\nendobj\ntrailer<<>>\n%%EOF\n"


CONTAINERS = {
    "gz": lambda: gzip.compress(TEXT),
    "zlib": lambda: zlib.compress(TEXT),
    "bz2": lambda: bz2.compress(TEXT),
    "xz": lambda: lzma.compress(TEXT),
    "lzma": lambda: lzma.compress(TEXT, lzma.FORMAT_ALONE),
    "zip": lambda: zipped(zipfile.ZIP_DEFLATED),
    "stored": lambda: zipped(zipfile.ZIP_STORED),
    "tar": lambda: tarred(tarfile.PAX_FORMAT),
    "gnutar": lambda: tarred(tarfile.GNU_FORMAT),
    "sqlite": database,
    "pack": pack,
    "pdf": pdf,
    "utf16": lambda: TEXT.decode().encode("utf-16"),
    "utf32": lambda: TEXT.decode().encode("utf-32"),
    "base64": lambda: __import__("base64").encodebytes(TEXT),
    "hex": lambda: TEXT.hex().encode(),
    "percent": lambda: b"".join(b"%%%02x" % b for b in TEXT),
    "escapes": lambda: b"".join(b"\\u%04x" % b for b in TEXT),
    "entities": lambda: b"".join(b"&#%d;" % b for b in TEXT),
}
ID = b"1" * 40
OBJECTS = {
    "commit": b"tree " + ID + b"\nparent " + ID + b"\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nm\n",
    "tag": b"object " + ID + b"\ntype commit\ntag v1\ntagger A <a@b> 1 +0000\n\nm\n",
    "tree": b"100644 a\0" + b"\1" * 20 + b"40000 b\0" + b"\2" * 20,
}
OTHERS = {
    "push": {"lines": ID + b" " + b"2" * 40 + b" refs/heads/main\n", "update": b"refs/heads/a\0" + ID + b"\0" + ID},
    "policy": {
        "rule": b"contact = 'it'\n[limits]\nblob_bytes = 1000\n[[rules]]\nid = 'x'\ndescription = 'd'\nregex = 'x-([0-9]{9})'\n"
        b"keywords = ['x-']\n[[allow]]\nreason = 'r'\npaths = ['a/**']\nexpires = 2026-01-01\n",
        "customer": b"[customer]\npacks = ['jp']\nvalues_per_push = 9\n[[customer.number]]\nname = 'n'\nprefix = 'C'\ndigits = 8\n",
    },
    "repository": {"config": b"\0[core]\n\tbare = true\n[remote \"o\"]\n\turl = a\n", "index": b"\1DIRC\0\0\0\2\0\0\0\0", "env": b"\2'a.b=c' 'd.e'='f'"},
    "table": {"none": b"", "one": b"\0\1\0\0", "cut": b"\0\1\xfe\0"},
    "customer": {
        "rows": b"name,mail,phone\n" + b"".join(b"p%d,p%d@shop.example,090-0000-%04d\n" % (n, n, n) for n in range(120)),
        "json": b"[" + b",".join(b'{"mail": "p%d@shop.example", "zip": "100-%04d"}' % (n, n) for n in range(120)) + b"]",
    },
}


# The openers by number, in the order of targets/container.rs.
OPENERS = {
    "gz": 0, "zlib": 1, "zip": 2, "stored": 2, "bz2": 3, "xz": 4, "lzma": 5, "tar": 7, "gnutar": 7, "pdf": 9, "sqlite": 10,
    "pack": 13,
}
MESSAGE = b"Title\n\nBody\n# a comment\n# ------------------------ >8 ------------------------\ndiff --git a/a b/a\n"
GITLEAKS = b"""title = "x"
[extend]
useDefault = false
[[rules]]
id = "a"
description = "d"
regex = "x-([0-9]{9})"
secretGroup = 1
entropy = 2.5
keywords = ["x-"]
path = "env$"
[[rules.allowlists]]
condition = "AND"
paths = ["test"]
regexTarget = "line"
regexes = ["y"]
stopwords = ["example"]
[[allowlists]]
commits = ["1111111111111111111111111111111111111111"]
"""


def reftable():
    """A table as git writes it; nothing where this git cannot."""
    with tempfile.TemporaryDirectory() as folder:
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", folder]
        made = subprocess.run(["git", "init", "-q", "--ref-format=reftable", folder], capture_output=True)
        if made.returncode:
            return b""
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "m"], check=True, capture_output=True)
        tables = [file for file in os.scandir(os.path.join(folder, ".git", "reftable")) if file.name.endswith(".ref")]
        with open(max(tables, key=lambda file: file.stat().st_size).path, "rb") as file:
            return file.read()


def main(folder):
    seeds = {"object": OBJECTS, **OTHERS}
    for target in ("scan", "unfold", "decode"):
        seeds[target] = {name: make() for name, make in CONTAINERS.items()}
    seeds["container"] = {name: bytes([number]) + CONTAINERS[name]() for name, number in OPENERS.items()}
    seeds["gitleaks"] = {"all": GITLEAKS}
    url, scp = b"\3ssh://me:x@git.example:22/a/../b.git", b"\3me@git.example:a/b"
    seeds["message"] = {"long": b"\0" + MESSAGE, "url": url, "scp": scp}
    seeds["refs"] = {
        "packed": b"\0# pack-refs with: peeled fully-peeled sorted \n" + ID + b" refs/tags/v1\n^" + ID + b"\n",
        "loose": b"\1" + ID + b"\n",
        "symbolic": b"\1ref: refs/heads/b\n",
        "table": b"\2" + reftable(),
    }
    for target, files in seeds.items():
        os.makedirs(os.path.join(folder, target), exist_ok=True)
        for name, content in files.items():
            with open(os.path.join(folder, target, "seed-" + name), "wb") as file:
                file.write(content)


main(sys.argv[1])
