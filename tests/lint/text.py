# SPDX-License-Identifier: BSD-3-Clause
"""Checks what every source file must look like, in whatever language.

The licence stands in the first line and a sentence about the file in the second; nothing is left to
be done, nothing refers to one machine, and neither files nor functions are too long.

Usage: text.py ROOT
"""

import re
import sys

import project

COLUMNS_MAX = 100
FILE_LINES_WARNED = 400
FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 60

SOURCE_SUFFIXES = {".c", ".h", ".S", ".ld", ".py", ".sh", ".cmake"}
SPDX = "SPDX-License-Identifier: BSD-3-Clause"
UNDONE = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:home|root|work|Users|tmp)/")


def is_source(root, path):
    return (path.suffix in SOURCE_SUFFIXES or path.name in ("CMakeLists.txt", ".clang-format")
            or path.parts[0] == ".ci" or project.is_script(root, path, "sh", "python3"))


def check_head(path, lines):
    """The licence and the sentence; what interpreters and shellcheck want may stand before."""
    lines = [line for line in lines[:40] if not line.startswith(("#!", "# shellcheck"))]
    if not lines or SPDX not in lines[0]:
        yield f"{path}:1: the first line must be: {SPDX}"
        return
    comment = []
    for line in lines[1:]:
        text = re.match(r'(?://+|#|/?\*+|""")\s*(.*)', line)
        if not text:
            break
        comment.append(text[1].removesuffix('"""').removesuffix("*/").strip())
    if not comment or not re.match(r"\S*\w", comment[0]) or not re.search(
            r"[.:](\s|$)", "\n".join(comment)):
        yield f"{path}:2: the second line must be a sentence that says what the file is for"


def check_lines(path, lines):
    for number, line in enumerate(lines, 1):
        if UNDONE.search(line):
            yield f"{path}:{number}: something is left to be done"
        if MACHINE_PATH.search(line) and path.suffix != ".md":
            yield f"{path}:{number}: a path of one machine"
        if line != line.rstrip():
            yield f"{path}:{number}: blanks at the end of the line"
        if "\t" in line:
            yield f"{path}:{number}: a tab"
        if len(line) > COLUMNS_MAX and path.suffix != ".md":
            yield f"{path}:{number}: {len(line)} columns, {COLUMNS_MAX} at most"


def check_file_length(path, lines):
    if len(lines) > FILE_LINES_MAX:
        yield f"{path}: {len(lines)} lines, {FILE_LINES_MAX} at most: split it"
    elif len(lines) > FILE_LINES_WARNED:
        print(f"{path}: warning: {len(lines)} lines, aim under {FILE_LINES_WARNED}",
              file=sys.stderr)


def check_function_length(path, lines):
    """Relies on the form: a function's braces stand alone in the first column."""
    begin = 0
    for number, line in enumerate(lines, 1):
        if line == "{":
            begin = number
        elif line == "}" and begin:
            length = number - begin - 1
            if length > FUNCTION_LINES_MAX:
                yield f"{path}:{begin}: {length} lines in a function, {FUNCTION_LINES_MAX} at most"
            begin = 0


def check(root):
    for path in project.files(root):
        markdown = path.suffix == ".md"
        if not markdown and not is_source(root, path):
            continue
        text = (root / path).read_text()
        lines = text.splitlines()
        if text and not text.endswith("\n"):
            yield f"{path}: no newline at the end"
        yield from check_lines(path, lines)
        if markdown:
            continue
        yield from check_head(path, lines)
        yield from check_file_length(path, lines)
        if path.suffix == ".c":
            yield from check_function_length(path, lines)


if __name__ == "__main__":
    project.main(check)
