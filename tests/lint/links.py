# SPDX-License-Identifier: BSD-3-Clause
"""Checks what our pages refer to: files that are linked exist, and functions are where they say.

A link to a source file may be followed by functions: [a.c](a.c): `f()`, `g()`. Each must be defined
in that file. docs/raw-api-pitfalls.md has as many numbered mistakes as its title says, each with
such a link.

Usage: links.py ROOT
"""

import re

import project

LINK = re.compile(r"(?<!`)\[[^\]\n]*\]\(([^)\s#]*)(#[^)\s]*)?\)")
NAMED = re.compile(r"\[[^\]\n]*\]\(([^)\s#]+)\):((?:,? *`\w+\(\)`)+)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
PITFALLS = "docs/raw-api-pitfalls.md"
MISTAKES = 20


def headings(text):
    """The anchors of a page, as GitHub makes them."""
    return {"#" + re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-")
            for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


def defines(source, name):
    """Whether a C source has the function, by our form: its name and braces in the first column."""
    return re.search(rf"^(?:static |inline |_Noreturn )*[\w ]+[ *]{name}\([^;{{]*\)\n{{",
                     source, re.MULTILINE) is not None


def check_page(root, path, text):
    folder = (root / path).parent
    for target, anchor in LINK.findall(text):
        if re.match(r"\w+:", target):
            continue
        file = (folder / target).resolve() if target else (root / path)
        if not file.exists():
            yield f"{path}: there is no {target}"
        elif anchor and file.suffix == ".md" and anchor not in headings(file.read_text()):
            yield f"{path}: there is no heading {anchor} in {file.name}"
    for target, names in NAMED.findall(text):
        source = (folder / target).read_text() if (folder / target).is_file() else ""
        for name in re.findall(r"\w+", names):
            if not defines(source, name):
                yield f"{path}: {target} defines no {name}(): say where it is now, or what does it"


def check_mistakes(text):
    sections = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    if [section.split(".")[0] for section in sections] != [str(n + 1) for n in range(MISTAKES)]:
        yield f"{PITFALLS}: its mistakes are not numbered 1 to {MISTAKES}"
    for section in sections:
        if not NAMED.search(section):
            yield f"{PITFALLS}: this one names no function: {section.splitlines()[0]}"


def check(root):
    for path in project.files(root):
        if path.suffix != ".md":
            continue
        text = FENCE.sub("", (root / path).read_text())
        yield from check_page(root, path, text)
        if str(path) == PITFALLS:
            yield from check_mistakes(text)


if __name__ == "__main__":
    project.main(check)
