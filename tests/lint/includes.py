# SPDX-License-Identifier: BSD-3-Clause
"""Checks who includes whom, and that no code is chosen by the preprocessor where it must not be.

    app        includes app, lwIP, arch/ and the C standard library
    port       includes port and lwIP; outside port/linux, the C standard library
    port/firmware, the program of all boards, includes app as well
    sim        includes sim, port/firmware, app, port and lwIP, and boards do
    tests      include what they like

Usage: includes.py ROOT
"""

import re

import project

ALLOWED = {
    "app": {"app", "lwip", "arch"},
    "port": {"port", "firmware", "lwip", "arch"},
    "firmware": {"firmware", "app", "port", "lwip", "arch"},
    "boards": {"boards", "firmware", "app", "port", "lwip", "arch"},
    "sim": {"sim", "firmware", "app", "port", "lwip", "arch"},
}
INCLUDE_ROOTS = ("app", "port", "port/opts", "sim")
LWIP_FOLDERS = {"lwip", "netif", "arch"}
C_STANDARD_HEADERS = {
    "assert.h", "inttypes.h", "limits.h", "stdalign.h", "stdarg.h", "stdbool.h", "stddef.h",
    "stdint.h", "stdio.h", "string.h",
}  # stdio.h for snprintf
INCLUDE = re.compile(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
CONDITIONAL = re.compile(r"\s*#\s*(if|ifdef|ifndef|elif|else)\b")


def layer_of(path):
    """Returns the layer that a file belongs to, None when the rules say nothing about it."""
    parts = path.parts
    if parts[:2] in (("port", "boards"), ("port", "firmware")):
        return parts[1]
    if parts[:2] == ("port", "arch"):
        return "arch"
    return parts[0] if parts[0] in ("app", "port", "sim", "tests") else None


def is_hosted(path):
    """Returns whether the file may include headers of an operating system."""
    return path.parts[0] == "sim" or path.parts[:2] == ("port", "linux")


def included_layer(root, path, name):
    """Returns the layer of what `#include "name"` in `path` finds."""
    for folder in (path.parent, *INCLUDE_ROOTS):
        if (root / folder / name).is_file():
            found = (root / folder / name).resolve().relative_to(root.resolve())
            return layer_of(found)
    if name == "lwipopts.h" or name.split("/")[0] in LWIP_FOLDERS:
        return "lwip"
    return "nothing known"


def check_includes(root, path):
    layer = layer_of(path)
    allowed = ALLOWED.get(layer)
    if allowed is None:
        return
    for number, line in enumerate((root / path).read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quoted, system = match.groups()
        if quoted:
            target = included_layer(root, path, quoted)
            if target not in allowed:
                yield f'{path}:{number}: {layer} includes "{quoted}" of {target}'
        elif not is_hosted(path) and system not in C_STANDARD_HEADERS:
            yield f"{path}:{number}: <{system}> is not among C's headers for every target"


def check_conditionals(root, path):
    if path.parts[0] not in ("app", "sim") and path.parts[:2] != ("port", "drivers"):
        return
    lines = (root / path).read_text().splitlines()
    found = [number for number, line in enumerate(lines, 1) if CONDITIONAL.match(line)]
    if path.suffix == ".h" and found:
        guard = re.match(r"#ifndef (\w+_H)$", lines[found[0] - 1])
        if guard and lines[found[0]] == f"#define {guard[1]}":
            found.pop(0)
    for number in found:
        yield f"{path}:{number}: code is chosen by the preprocessor: link another file instead"


def check(root):
    for path in project.c_files(root):
        yield from check_includes(root, path)
        yield from check_conditionals(root, path)


if __name__ == "__main__":
    project.main(check)
