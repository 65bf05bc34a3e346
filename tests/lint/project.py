# SPDX-License-Identifier: BSD-3-Clause
"""The project's files, as the lint tests see them, and how these tests report."""

import os
import pathlib
import sys

NOT_OURS = {".git", "build", "__pycache__", ".pytest_cache", ".cache", ".vscode", ".idea"}


def files(root):
    """Yields every file of ours, relative to `root`, in a fixed order."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in NOT_OURS)
        for name in sorted(names):
            path = pathlib.Path(folder, name)
            if path.is_file():
                yield path.relative_to(root)


def c_files(root):
    """Yields the C sources and headers."""
    return (path for path in files(root) if path.suffix in (".c", ".h"))


def is_script(root, path, *shells):
    """Returns whether `path` is run by one of `shells`, by its suffix or first line."""
    if path.suffix in (f".{shell}" for shell in shells):
        return True
    if path.suffix:
        return False
    with open(root / path, "rb") as file:
        first = file.readline(200)
    return first.startswith(b"#!") and any(shell.encode() in first for shell in shells)


def main(check):
    """Runs `check(root)`, which yields findings, on the root given; fails when there are any."""
    root = pathlib.Path(sys.argv[1])
    findings = list(check(root))
    for finding in findings:
        print(finding)
    sys.exit(1 if findings else 0)
