// SPDX-License-Identifier: BSD-3-Clause
// The records of multicast DNS in less room than they take.
#include <string.h>

#include "mdns_records.h"
#include "note.h"

enum {
    ROOM_OCTETS = 512,
    UNTOUCHED = 0xa5,
};

static struct dns_writer write_into(u8_t data[ROOM_OCTETS], size_t size)
{
    const struct mdns_self self = {.netif = &rig.netif, .name = "lwecho", .port = 7};
    struct dns_writer writer = {.data = data, .size = size};
    struct mdns_names names = {{0}};
    memset(data, UNTOUCHED, ROOM_OCTETS);
    mdns_records_write(&self, &writer, &names, MDNS_SET_ALL | 1 << MDNS_NSEC, 120, true);
    return writer;
}

static void what_has_no_room_is_left_away_and_told(void **state)
{
    (void)state;
    note_serve();
    u8_t whole[ROOM_OCTETS];
    struct dns_writer writer = write_into(whole, ROOM_OCTETS);
    assert_false(writer.is_full);
    size_t octets = writer.at;
    for (size_t size = 0; size <= octets; size++) {
        u8_t data[ROOM_OCTETS];
        writer = write_into(data, size);
        assert_int_equal(writer.is_full, size < octets);
        assert_true(writer.at <= size);
        for (size_t i = size; i < ROOM_OCTETS; i++) {
            assert_int_equal(data[i], UNTOUCHED);
        }
    }
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        HEARD(what_has_no_room_is_left_away_and_told),
    };
    return cmocka_run_group_tests_name("multicast DNS records", cases, NULL, NULL);
}
