// SPDX-License-Identifier: BSD-3-Clause
// Faults of a link as text: what is read is what is shown, and what is wrong changes nothing.
#include <string.h>

#include "link_rig.h"

static struct impair_settings settings;

static void reads(const char *name, const char *value)
{
    const char *right = impair_text_set(&settings, name, value);
    if (right != NULL) {
        fail_msg("%s=%s: give %s", name, value, right);
    }
}

static void shows(const char *text)
{
    assert_string_equal(impair_text_of(&settings).text, text);
}

static void what_is_read_is_shown(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *value;
        const char *text;
    } rows[] = {
        {"loss", "5%", "loss=5%"},
        {"loss", "0.01%", "loss=0.01%"},
        {"loss", "100%", "loss=100%"},
        {"burst-loss", "1%", "burst-loss=1%:8"},
        {"burst-loss", "2.5%:20", "burst-loss=2.5%:20"},
        {"delay", "20ms", "delay=20ms"},
        {"delay", "1.5ms", "delay=1500us"},
        {"delay", "200us", "delay=200us"},
        {"delay", "60s", "delay=60s"},
        {"jitter", "0.5s", "jitter=500ms"},
        {"reorder", "2%", "reorder=2%:3"},
        {"reorder", "2%:1", "reorder=2%:1"},
        {"duplicate", "1%", "duplicate=1%"},
        {"corrupt", "0.5%", "corrupt=0.5%"},
        {"rate", "10mbit", "rate=10mbit"},
        {"rate", "1.5mbit", "rate=1500kbit"},
        {"rate", "9600bit", "rate=9600bit"},
        {"rate", "4gbit", "rate=4gbit"},
        {"mtu", "1280", "mtu=1280"},
        {"link-flap", "5s:500ms", "link-flap=5s:500ms"},
        {"loss", "rx=5%", "loss=rx=5%,tx=off"},
        {"loss", "tx=5%", "loss=rx=off,tx=5%"},
        {"loss", "rx=5%,tx=6%", "loss=rx=5%,tx=6%"},
        {"loss", "5%,tx=6%", "loss=rx=5%,tx=6%"},
        {"loss", "0", ""},
        {"loss", "off", ""},
        {"link-flap", "off", ""},
        {"mtu", "0", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        settings = (struct impair_settings){.flap_up_us = 0};
        reads(rows[i].name, rows[i].value);
        shows(rows[i].text);
    }
}

static void what_is_shown_can_be_read(void **state)
{
    (void)state;
    static const char all[] =
        "loss=5% burst-loss=1%:8 delay=rx=20ms,tx=1500us jitter=200us reorder=2%:3 duplicate=1% "
        "corrupt=0.1% rate=rx=10mbit,tx=off mtu=1280 link-flap=5s:500ms";
    link_faults(all);
    assert_string_equal(impair_text_of(&bench.settings).text, all);
}

static void what_is_wrong_is_told_and_changes_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *value;
    } rows[] = {
        {"loss", ""},
        {"loss", "5"},
        {"loss", "-1%"},
        {"loss", "101%"},
        {"loss", "5 %"},
        {"loss", "5%x"},
        {"loss", "x=5%"},
        {"loss", "rx="},
        {"loss", "rx=5%,"},
        {"loss", "rx=5%,tx"},
        {"loss", "1e1%"},
        {"loss", "."},
        {"loss", "1.2.3%"},
        {"loss", "5%:3"},
        {"burst-loss", "100%"},
        {"burst-loss", "1%:"},
        {"burst-loss", "1%:0"},
        {"burst-loss", "1%:1001"},
        {"reorder", "100%"},
        {"delay", "20"},
        {"delay", "61s"},
        {"delay", "1h"},
        {"jitter", "ms"},
        {"rate", "0mbit"},
        {"rate", "5gbit"},
        {"rate", "10"},
        {"rate", "0.1bit"},
        {"mtu", "67"},
        {"mtu", "1501"},
        {"mtu", "1.5"},
        {"link-flap", "5s"},
        {"link-flap", "5s:0s"},
        {"link-flap", "rx=5s:1s"},
        {"link-flap", ":"},
        {"nonsense", "1"},
        {"", "1"},
        {"loss",
         "rx=0.00001%,rx=0.00001%,rx=0.00001%,rx=0.00001%,rx=0.00001%,rx=0.00001%,rx=0.00001%,"
         "rx=0.00001%,rx=0.00001%"},
    };
    settings = (struct impair_settings){.flap_up_us = 0};
    reads("loss", "7%");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (impair_text_set(&settings, rows[i].name, rows[i].value) == NULL) {
            fail_msg("%s=%s was taken", rows[i].name, rows[i].value);
        }
        shows("loss=7%");
    }
}

static void every_name_is_known(void **state)
{
    (void)state;
    size_t n = 0;
    for (const char *const *name = impair_text_names(); *name != NULL; name++, n++) {
        reads(*name, "off");
    }
    assert_int_equal(n, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(what_is_read_is_shown),
        CLAIM(what_is_shown_can_be_read),
        CLAIM(what_is_wrong_is_told_and_changes_nothing),
        CLAIM(every_name_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
