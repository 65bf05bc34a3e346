# SPDX-License-Identifier: BSD-3-Clause
"""Checks that the manual page names each option of lwecho's --help, and none besides.

Usage: manual.py ROOT LWECHO
"""

import pathlib
import re
import subprocess
import sys

PAGE = "sim/lwecho.1"
HELPS = (["--help"], ["--help-link"], ["ctl", "--help"])
OTHERS = {"-Z", "-k", "-i", "-N", "-netdev"}  # of other programs, in examples
ALIASES = {"--verbose", "--quiet", "--help", "-h"}  # which the help has no room for
OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][a-z0-9-]*")


def options(text):
    """The options that a text names."""
    return set(OPTION.findall(text)) - OTHERS


def page_text(source):
    """The text of a manual page without its requests and escapes."""
    return re.sub(r"\\f[A-Z]", "", source.replace("\\-", "-"))


def check(page, helps):
    """Yields what the page and the helps do not both name."""
    named, offered = options(page_text(page)), set().union(*map(options, helps))
    for option in sorted(offered - named):
        yield (f"{PAGE}: {option} of --help is missing: add a paragraph .TP .BI with it, beside the"
               " options of its kind")
    for option in sorted(named - offered - ALIASES):
        yield f"{PAGE}: {option} is in no --help: take it out, or add it there"


def main():
    root, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    helps = [subprocess.run([program, *words], text=True, check=True, timeout=30,
                            stdout=subprocess.PIPE).stdout for words in HELPS]
    findings = list(check((root / PAGE).read_text(), helps))
    print("\n".join(findings))
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
