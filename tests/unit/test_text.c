// SPDX-License-Identifier: BSD-3-Clause
// Texts for log lines.
#include <string.h>

#include "lwip/pbuf.h"
#include "text.h"
#include "unit.h"

static void shows_an_ip4_endpoint_as_address_and_port(void **state)
{
    (void)state;
    ip_addr_t ip = IPADDR4_INIT_BYTES(198, 51, 100, 255);
    assert_string_equal(text_endpoint(&ip, 65535).text, "198.51.100.255:65535");
    assert_string_equal(text_endpoint(&ip, 0).text, "198.51.100.255:0");
}

#if LWIP_IPV6
static void shows_an_ip6_endpoint_in_brackets(void **state)
{
    (void)state;
    ip_addr_t ip = IPADDR6_INIT_HOST(0x20010db8, 0x00070000, 0, 2);
    assert_string_equal(text_endpoint(&ip, 7).text, "[2001:db8:7::2]:7");
}

static void the_longest_endpoint_has_room(void **state)
{
    (void)state;
    ip_addr_t ip = IPADDR6_INIT_HOST(0xabcdef12, 0xabcdef12, 0xabcdef12, 0xabcdef12);
    assert_string_equal(text_endpoint(&ip, 65535).text,
                        "[abcd:ef12:abcd:ef12:abcd:ef12:abcd:ef12]:65535");
}
#endif

/// The text of a chain of two pbufs, `octets` in all, the first of them in `first`.
static struct text_data data_of(const void *data, u16_t octets, u16_t first)
{
    if (!rig.has_device) {
        rig_start_device(); // pbufs need lwIP
    }
    struct pbuf *p = pbuf_alloc(PBUF_RAW, first, PBUF_RAM);
    struct pbuf *rest = pbuf_alloc(PBUF_RAW, (u16_t)(octets - first), PBUF_RAM);
    assert_non_null(p);
    assert_non_null(rest);
    pbuf_cat(p, rest);
    assert_int_equal(pbuf_take(p, data, octets), ERR_OK);
    struct text_data text = text_data(p);
    pbuf_free(p);
    return text;
}

static void shows_printable_octets_as_they_are(void **state)
{
    (void)state;
    assert_string_equal(data_of("hello ~!", 8, 8).text, "\"hello ~!\"");
}

static void escapes_as_c_does(void **state)
{
    (void)state;
    assert_string_equal(data_of("\n\t\r\"\\", 5, 2).text, "\"\\n\\t\\r\\\"\\\\\"");
    assert_string_equal(data_of("\0\x1f\x7f\x80\xff", 5, 1).text, "\"\\x00\\x1f\\x7f\\x80\\xff\"");
}

static void cuts_after_64_octets_and_says_so(void **state)
{
    (void)state;
    char data[65];
    memset(data, 'a', sizeof data);
    struct text_data whole = data_of(data, 64, 40);
    assert_int_equal(strlen(whole.text), 66);
    assert_string_equal(whole.text + 60, "aaaaa\"");
    struct text_data cut = data_of(data, 65, 40);
    assert_int_equal(strlen(cut.text), 69);
    assert_string_equal(cut.text + 60, "aaaaa\"...");
}

static void the_longest_text_has_room(void **state)
{
    (void)state;
    char data[100];
    memset(data, 0xee, sizeof data);
    assert_int_equal(strlen(data_of(data, 100, 63).text), sizeof(struct text_data) - 1);
}

static void shows_no_octets_as_an_empty_text(void **state)
{
    (void)state;
    assert_string_equal(data_of("", 0, 0).text, "\"\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(shows_an_ip4_endpoint_as_address_and_port),
#if LWIP_IPV6
        CLAIM(shows_an_ip6_endpoint_in_brackets),
        CLAIM(the_longest_endpoint_has_room),
#endif
        CLAIM(shows_printable_octets_as_they_are),
        CLAIM(escapes_as_c_does),
        CLAIM(cuts_after_64_octets_and_says_so),
        CLAIM(the_longest_text_has_room),
        CLAIM(shows_no_octets_as_an_empty_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
