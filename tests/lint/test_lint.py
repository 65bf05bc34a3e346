# SPDX-License-Identifier: BSD-3-Clause
"""Tests of the lint tests: each rule finds what breaks it, and nothing in what keeps it."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import defences
import includes
import links
import manual
import text

HEAD = "// SPDX-License-Identifier: BSD-3-Clause\n// Says what it is for.\n"


class LintTest(unittest.TestCase):
    """Lays out a tree of files and checks it."""

    def findings(self, module, tree):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, content in tree.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content)
            with contextlib.redirect_stderr(io.StringIO()):
                return list(module.check(root))

    def assert_clean(self, module, tree):
        self.assertEqual(self.findings(module, tree), [])

    def assert_found(self, module, tree, *parts):
        findings = self.findings(module, tree)
        self.assertEqual(len(findings), 1, findings)
        for part in parts:
            self.assertIn(part, findings[0])


class Includes(LintTest):
    OTHERS = {"port/target.h": "", "port/arch/cc.h": "", "port/linux/tap.h": "", "app/app.h": "",
              "sim/options.h": ""}

    def including(self, name, *lines):
        return {name: "".join(f"#include {line}\n" for line in lines), **self.OTHERS}

    def test_what_each_layer_may_include(self):
        lwip = '"lwip/tcp.h"'
        for tree in (
                self.including("app/a.c", '"app.h"', lwip, '"arch/cc.h"', "<string.h>"),
                self.including("port/a.c", '"target.h"', lwip, '"netif/ethernet.h"'),
                self.including("port/linux/a.c", '"../target.h"', '"tap.h"', "<unistd.h>"),
                self.including("port/boards/b/a.c", '"target.h"', '"app.h"'),
                self.including("sim/a.c", '"options.h"', '"app.h"', '"linux/tap.h"', "<poll.h>"),
                self.including("tests/unit/a.c", '"app.h"', '"target.h"', '"any.h"', "<poll.h>")):
            self.assert_clean(includes, tree)

    def test_nothing_goes_back(self):
        for name, line in (
                ("app/a.c", '"target.h"'), ("app/a.c", '"linux/tap.h"'),
                ("app/a.c", '"../port/target.h"'), ("app/a.h", '"options.h"'),
                ("port/a.c", '"app.h"'), ("port/linux/a.c", '"options.h"'),
                ("port/a.c", '"../app/app.h"'), ("app/a.c", '"unheard_of.h"')):
            self.assert_found(includes, self.including(name, line), f"{name}:1", line)

    def test_portable_code_stays_with_the_c_library(self):
        self.assert_found(includes, self.including("app/a.c", "<unistd.h>"), "app/a.c:1")
        self.assert_found(includes, self.including("port/a.c", "<sys/socket.h>"), "port/a.c:1")

    def test_no_code_is_chosen_by_the_preprocessor(self):
        for name in ("app/a.c", "sim/a.c", "port/drivers/a.c", "app/a.h"):
            for line in ("#if LWIP_IPV6", "#ifdef X", "  #  ifndef X"):
                self.assert_found(includes, {name: f"{line}\n#endif\n"}, f"{name}:1")
        self.assert_clean(includes, {"port/a.c": "#if LWIP_IPV6\n#endif\n"})

    def test_an_include_guard_is_no_choice(self):
        guard = "#ifndef A_H\n#define A_H\n"
        self.assert_clean(includes, {"app/a.h": guard + "#endif\n"})
        self.assert_found(includes, {"app/a.h": guard + "#ifndef B_H\n#define B_H\n"}, "app/a.h:3")


class Text(LintTest):
    def test_a_source_in_good_form(self):
        self.assert_clean(text, {
            "a.c": HEAD + "int f(void)\n{\n    return 0;\n}\n",
            "a.py": '# SPDX-License-Identifier: BSD-3-Clause\n"""Does it."""\n',
            "run": "#!/bin/sh\n# SPDX-License-Identifier: BSD-3-Clause\n# Does it:\n# so.\n",
            "data.bin": "anything",
        })

    def test_the_first_two_lines(self):
        self.assert_found(text, {"a.c": "int a;\n"}, "a.c:1", "SPDX")
        self.assert_found(text, {"CMakeLists.txt": "# A list.\n"}, "CMakeLists.txt:1")
        self.assert_found(text, {"run": "#!/bin/sh\necho\n"}, "run:1", "SPDX")
        for second in ("int a;", "//", "// no sentence"):
            self.assert_found(text, {"a.c": HEAD.splitlines()[0] + f"\n{second}\n"}, "a.c:2")

    def test_what_must_not_stand_in_a_line(self):
        for line in ("// TO" + "DO more", "// FIX" + "ME", '"/ho' + 'me/me/x"', "a = 1; ", "\tx",
                     "// " + 98 * "x"):
            self.assert_found(text, {"a.c": HEAD + line + "\n"}, "a.c:3")
        self.assert_found(text, {"a.c": HEAD + "int a;"}, "newline")

    def test_length_of_files(self):
        self.assert_clean(text, {"a.c": HEAD + text.FILE_LINES_WARNED * "int a;\n"})
        self.assert_found(text, {"a.c": HEAD + text.FILE_LINES_MAX * "int a;\n"}, "split it")

    def test_length_of_functions(self):
        def function(lines):
            return HEAD + "int f(void)\n{\n" + lines * "    g();\n" + "}\n"

        self.assert_clean(text, {"a.c": function(text.FUNCTION_LINES_MAX)})
        self.assert_found(text, {"a.c": function(text.FUNCTION_LINES_MAX + 1)}, "a.c:4")


class Defences(LintTest):
    HEADERS = {"port/guard.h": "#define GUARD_COUNTERS(X) \\\n X(drop_a) \\\n X(drop_b)\n",
               "port/hooks.h": "#define HOOKS_COUNTERS(X) X(drop_c)\n"}
    ROWS = "".join(f"| {row} | | `a_claim` |\n" for row in defences.ROWS)
    TEST = "a_claim(){guard_counters.drop_a; guard_counters.drop_b; hooks_counters.drop_c;}"

    def tree(self, table, test):
        return self.HEADERS | {"tests/guard/README.md": table, "tests/guard/test_a.c": test}

    def test_each_has_a_test(self):
        self.assert_clean(defences, self.tree(self.ROWS, self.TEST))
        for name in ("guard_counters.drop_b", "hooks_counters.drop_c"):
            self.assert_found(defences, self.tree(self.ROWS, self.TEST.replace(name, "")), name)

    def test_the_list_names_tests_that_there_are(self):
        self.assert_found(defences, self.tree(self.ROWS + "| | `no_claim` |\n", self.TEST),
                          "no_claim")
        self.assert_found(defences, self.tree(self.ROWS.replace("| 7 |", "|"), self.TEST), "row 7")


class Links(LintTest):
    SOURCE = "static err_t\nint x;\n\nstatic struct conn *conn_of(int a,\n    int b)\n{\n}\n"

    def page(self, text):
        return {"docs/a.md": text, "app/a.c": self.SOURCE, "docs/b.md": "# What it is, now\n"}

    def test_what_is_linked_exists(self):
        self.assert_clean(links, self.page("[a](../app/a.c) [b](b.md#what-it-is-now) [c](a:b)"))
        self.assert_found(links, self.page("[a](../app/b.c)"), "docs/a.md", "../app/b.c")
        self.assert_found(links, self.page("[b](b.md#what-it-was)"), "#what-it-was")

    def test_what_is_named_is_defined(self):
        self.assert_clean(links, self.page("[a](../app/a.c): `conn_of()`.\n```\n[x](y)\n```\n"))
        self.assert_found(links, self.page("[a](../app/a.c): `conn_of()`, `gone()`."), "gone()")

    def test_each_mistake_names_a_function(self):
        section = "### {}. Wrong\n[a](../app/a.c): `conn_of()`\n"
        whole = "".join(section.format(n + 1) for n in range(links.MISTAKES))
        tree = self.page("") | {links.PITFALLS: whole}
        self.assert_clean(links, tree)
        self.assert_found(links, tree | {links.PITFALLS: whole.replace("7. W", "8. W")}, "numbered")
        self.assert_found(links, tree | {links.PITFALLS: whole.replace(": `", " `", 1)}, "1. Wrong")


class Manual(unittest.TestCase):
    HELPS = ("  --tap NAME  a TAP (tap0)\n  -v, --port N  7\n", "  stats --json  for nc -N\n")
    PAGE = ".BI \\-\\-tap\n.BR \\-v \", \" \\-\\-verbose\n.BI \\-\\-port\n.B \\-\\-json\n"

    def test_page_and_help_name_the_same(self):
        self.assertEqual(list(manual.check(self.PAGE, self.HELPS)), [])
        for page, helps, found in (
                (self.PAGE.replace("\\-\\-tap", ""), self.HELPS, "--tap of --help is missing"),
                (self.PAGE.replace("\\-v ", ""), self.HELPS, "-v of --help is missing"),
                (self.PAGE + ".B \\-\\-bogus", self.HELPS, "--bogus is in no --help")):
            findings = list(manual.check(page, helps))
            self.assertEqual(len(findings), 1, findings)
            self.assertIn(found, findings[0])


if __name__ == "__main__":
    unittest.main()
