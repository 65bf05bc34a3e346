# SPDX-License-Identifier: BSD-3-Clause
"""Checks that every defence has a test, and that the list of them names tests that there are.

Each counter of the guard and the hooks is a defence: a test must name it. Each claim in the table
of tests/guard/README.md must be a function of a test.

Usage: defences.py ROOT
"""

import re

import project

HEADERS = ("port/guard.h", "port/hooks.h")
TABLE = "tests/guard/README.md"
TESTS = ("tests/guard/test_*.c", "tests/unit/test_*.c", "tests/net/test_*.py")
ROWS = range(1, 21)


def counters(text):
    """Yields the structure and the name of each counter that a header lists."""
    for module, names in re.findall(r"#define (\w+)_COUNTERS\(X\)((?:.*\\\n)*.*\n)", text):
        for name in re.findall(r"X\((\w+)\)", names):
            yield f"{module.lower()}_counters", name


def claims(table):
    """The names of tests in the table's rows."""
    rows = [line for line in table.splitlines() if line.startswith("|")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def check(root):
    """Yields what is missing."""
    files = [file for pattern in TESTS for file in sorted(root.glob(pattern))]
    tests = "\n".join(file.read_text(encoding="utf-8") for file in files)
    table = (root / TABLE).read_text(encoding="utf-8")
    for header in HEADERS:
        for structure, name in counters((root / header).read_text(encoding="utf-8")):
            if f"{structure}.{name}" not in tests:
                yield f"{header}: no test names {structure}.{name}"
    for name in sorted(claims(table)):
        if not re.search(rf"\b{name}\(", tests):
            yield f"{TABLE}: there is no test {name}"
    for row in ROWS:
        if not re.search(rf"^\| {row} \|", table, re.MULTILINE):
            yield f"{TABLE}: there is no row {row}"


if __name__ == "__main__":
    project.main(check)
