#!/usr/bin/env python3
"""Prints the licences of all that is linked into gox: each text once, below the names of those that have it.

    licences.py TARGET [NAME=FILE]...

NAME is what is no crate, and FILE its licence: a text, or HTML.
"""

import html
import json
import os
import re
import subprocess
import sys

LICENCE = re.compile(r"(?!.*\.(rs|sh)$)(un)?(licen[cs]e|copying|copyright|notice)", re.IGNORECASE)


def cargo(*arguments):
    return subprocess.run(["cargo", *arguments, "--locked"], check=True, stdout=subprocess.PIPE, text=True).stdout


def crates(target):
    """Name, licence and folder of each crate that gox is made of."""
    linked = cargo("tree", "--target", target, "--edges=normal", "--prefix=none", "--no-dedupe", "--format={p}")
    linked = {tuple(line.split()[:2]) for line in linked.splitlines()}
    packages = json.loads(cargo("metadata", "--format-version=1", "--filter-platform", target))["packages"]
    for package in packages:
        # Only gox itself is from no registry.
        if package["source"] and (package["name"], f"v{package['version']}") in linked:
            name = f"{package['name']} {package['version']}: {package['license']}"
            yield name, os.path.dirname(package["manifest_path"])


def licences(folder):
    """The licences in a folder, also those of others whose sources the crate contains."""
    for path, folders, files in os.walk(folder):
        folders.sort()
        yield from (os.path.join(path, name) for name in sorted(files) if LICENCE.match(name))


def read(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if path.endswith(".html"):
        text = re.sub(r"\n\s*\n+", "\n\n", html.unescape(re.sub("<[^>]*>", "", text)))
    return text.strip()


def main(target, *others):
    names = {}
    for name, folder in crates(target):
        files = list(licences(folder))
        if not files:
            sys.exit(f"error: {name}: no licence is in {folder}")
        for path in files:
            names.setdefault(read(path), {})[name] = True
    for other in others:
        name, path = other.split("=", 1)
        names.setdefault(read(path), {})[name] = True
    for text, owners in names.items():
        print(*(f"==== {owner}" for owner in owners), "", text, "", sep="\n")


main(*sys.argv[1:])
