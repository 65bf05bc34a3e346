// SPDX-License-Identifier: BSD-3-Clause
// Writes the inputs that fuzzing starts from: seeds FOLDER makes a folder in it for each fuzzer.
// They are made of the guard's corpus and of the stories below.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "corpus.h"
#include "fuzz.h"

enum {
    SEED_OCTETS_MAX = 1 << 14,
    PATH_OCTETS_MAX = 1024,
    MENDED = 7 << 4, // all of MEND_*, where fuzz_device.c has them
};

struct seed {
    uint8_t data[SEED_OCTETS_MAX];
    size_t octets;
};

static const char *folder;

static void must(bool holds, const char *what)
{
    if (!holds) {
        perror(what);
        exit(1);
    }
}

static void add(struct seed *seed, uint8_t kind, const void *body, size_t octets)
{
    must(seed->octets + FUZZ_RECORD_HEADER_OCTETS + octets <= SEED_OCTETS_MAX, "a seed's octets");
    uint8_t *at = seed->data + seed->octets;
    at[0] = kind;
    at[1] = (uint8_t)(octets >> 8);
    at[2] = (uint8_t)octets;
    memcpy(at + FUZZ_RECORD_HEADER_OCTETS, body, octets);
    seed->octets += FUZZ_RECORD_HEADER_OCTETS + octets;
}

static void write_as(const struct seed *seed, const char *fuzzer, const char *name)
{
    char path[PATH_OCTETS_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, fuzzer);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/%s/seed-%s", folder, fuzzer, name);
    FILE *file = fopen(path, "wb");
    must(file != NULL, path);
    must(fwrite(seed->data, 1, seed->octets, file) == seed->octets, path);
    must(fclose(file) == 0, path);
}

static void write_corpus(void)
{
    static struct odd odd[CORPUS_FRAMES_MAX];
    size_t n = corpus(odd);
    for (size_t i = 0; i < n; i++) {
        char name[32];
        struct seed seed = {.octets = 0};
        snprintf(name, sizeof name, "odd-%zu", i);
        add(&seed, MENDED >> 3, odd[i].frame.data, odd[i].frame.octets);
        write_as(&seed, "fuzz_guard", name);
        seed.octets = 0;
        add(&seed, MENDED, odd[i].frame.data, odd[i].frame.octets);
        write_as(&seed, "fuzz_device", name);
    }
}

/// One record of a story: hexadecimal digits of kind and body, blanks between as one likes.
static void add_told(struct seed *seed, const char *text)
{
    uint8_t octets[512] = {0};
    size_t n = 0;
    for (; *text != '\0'; text++) {
        unsigned value;
        if (*text != ' ') {
            must(sscanf(text, "%2x", &value) == 1 && n < sizeof octets, text);
            octets[n++] = (uint8_t)value;
            text++;
        }
    }
    must(n > 0, "a record");
    add(seed, octets[0], octets + 1, n - 1);
}

struct story {
    const char *fuzzer;
    const char *name;
    const char *records[12];
};

// Multicast DNS, from the first of the hosts to the group. Source port, the header behind its id,
// and the name follow each other.
#define MDNS_FRAME "60 01005e0000fb 020000000401 0800 4500000000010000 ff110000 c633640b e00000fb "
#define MDNS_HEADER " 14e9 00000000 0102 "
#define MDNS_NAME " 066c776563686f 056c6f63616c 00 "
#define LABEL_63                                                                                   \
    " 3f 6161616161616161616161616161616161616161616161616161616161616161"                         \
    "61616161616161616161616161616161616161616161616161616161616161 "

// What the octets mean stands in device_fuzz.h, fuzz_dhcp.c, talk.h and driver.c.
// NOLINTBEGIN(bugprone-suspicious-missing-comma): long frames go over several lines.
static const struct story stories[] = {
    {"fuzz_device",
     "echo",
     {"02 00 05b4 ffff 02", "01 00 18 0000 0000 ffff 0064 0000",
      "01 00 10 0000 0000 ffff 0000 0000", "01 00 11 0000 0000 ffff 0000 0000",
      "01 00 10 0000 0000 ffff 0000 0000", "03 ffff 02"}},
    {"fuzz_device",
     "echo_ip6",
     {"02 01 05b4 ffff 02", "01 01 18 0000 0000 ffff 05a0 0000", "03 0fa0 00",
      "01 01 10 0000 0000 ffff 0000 0000", "01 01 14 0000 0000 ffff 0000 0000"}},
    {"fuzz_device",
     "half_open",
     {"01 00 02 0000 0000 ffff 0000 0000 08 020405b4 01010402", "01 02 02 0000 0000 ffff 0000 0000",
      "01 04 02 0000 0000 ffff 0000 0000", "03 2710 00", "01 02 10 0000 0000 ffff 0000 0000",
      "01 00 04 0000 0000 0000 0000 0000"}},
    {"fuzz_device",
     "never_reads",
     {"02 00 05b4 0000 00", "01 00 18 0000 0000 0000 05b4 0000",
      "01 00 18 0000 0000 0010 0010 0000", "03 ffff 02", "01 00 18 0000 0000 ffff 0001 0000"}},
    {"fuzz_device",
     "out_of_order",
     {"02 00 05b4 ffff 02", "01 00 18 0064 0000 ffff 0064 0000",
      "01 00 18 00c8 0000 ffff 0064 0000", "01 00 18 0000 0000 ffff 0064 0000",
      "01 00 11 0000 0000 ffff 0000 0000"}},
    {"fuzz_device",
     "mdns",
     {MDNS_FRAME "14e9" MDNS_HEADER "0000 0001 0001 0000 0000" MDNS_NAME "0001 0001"
                 "c00c 0001 0001 00000078 0004 c6336402",
      "03 03e8 00",
      MDNS_FRAME "14e9" MDNS_HEADER "0000 0001 0000 0001 0000" MDNS_NAME "00ff 0001"
                 "c00c 0001 0001 00000078 0004 c6336409",
      "03 03e8 00",
      MDNS_FRAME "14e9" MDNS_HEADER "8400 0000 0001 0000 0000" MDNS_NAME
                 "0001 8001 00000078 0004 c6336409",
      "03 03e8 00",
      MDNS_FRAME "14e9" MDNS_HEADER "0000 0001 0000 0001 0000" MDNS_NAME "00ff 0001"
                 "c00c 0001 0001 00000078 0004 c6336409",
      "03 1388 00"}},
    {"fuzz_device",
     "mdns_services",
     {MDNS_FRAME "14e9" MDNS_HEADER "0000 0003 0001 0000 0000"
                 "095f7365727669636573 075f646e732d7364 045f756470 056c6f63616c 00 000c 0001"
                 "055f6563686f 045f746370 c023 000c 0001 055f6563686f c01e 000c 0001"
                 "c034 000c 0001 00001194 0009 066c776563686f c034",
      "03 03e8 00"}},
    {"fuzz_device",
     "mdns_single_host",
     {MDNS_FRAME "9c40" MDNS_HEADER "0000 0001 0000 0000 0000" MDNS_NAME "00ff 0001", "03 00c8 00",
      MDNS_FRAME "9c40" MDNS_HEADER "0000 0002 0000 0000 0000" LABEL_63 LABEL_63 LABEL_63
                 "00 00ff 0001" MDNS_NAME "00ff 0001",
      "03 00c8 00"}},
    {"fuzz_device",
     "holding",
     {"07 0200", "02 00 05b4 ffff 02", "01 00 18 0000 0000 ffff 0064 0000",
      "01 00 19 0000 0000 ffff 0064 0000", "01 00 10 0000 0000 ffff 0000 0000"}},
    {"fuzz_device",
     "datagrams",
     {"04 00 9c40 0007 0064", "04 01 9c40 0007 1388", "04 02 9c40 1388 0010",
      "04 00 0007 0007 0001", "04 03 9c40 1388 0010", "03 ea60 00"}},
    {"fuzz_device",
     "too_big",
     {"04 01 9c40 0007 0320",
      "f0 000000000000 020000000602 86dd 6000000000003a40 20010db8000700000000000000010002"
      "20010db8000700000000000000000002 02000000000005dc",
      "02 01 05b4 ffff 02", "01 01 18 0000 0000 ffff 05a0 0000",
      "f0 000000000000 020000000602 86dd 6000000000003a40 20010db8000700000000000000010002"
      "20010db8000700000000000000000002 0200000000000500",
      "01 01 18 0000 0000 ffff 05a0 0000"}},
    {"fuzz_device",
     "faults",
     {"05 04", "02 00 05b4 ffff 02", "06 ff 01 02", "01 00 18 0000 0000 ffff 0064 0000", "05 01",
      "03 03e8 00", "05 02", "04 00 9c40 0007 0064", "05 08", "03 ea60 01", "05 10"}},
    {"fuzz_device", "arp_cut", {"70 ffffffffffff 020000000401 0806 0001080006040001 020000000401"}},
    {"fuzz_device", "tcp_option_cut", {"01 00 02 0000 0000 ffff 0000 0000 04 01010102"}},
    {"fuzz_device",
     "nd_option_cut",
     {"70 000000000000 020000000602 86dd 6000000000003aff 20010db8000700000000000000010099"
      "20010db8000700000000000000000002 8700000000000000 20010db8000700000000000000000002 0100"}},
    {"fuzz_dhcp",
     "lease",
     {"08 02 02 02 33040000003c 0104ffffff00 0304c633640b", "03 03e8 00",
      "08 02 05 02 33040000003c 0104ffffff00 0304c633640b", "03 7530 00", "04 00 9c40 0007 0064",
      "03 7530 00", "08 00 05 02 33040000003c", "03 ffff 02"}},
    {"fuzz_dhcp",
     "refused",
     {"08 02 02 02 330400000e10", "03 03e8 00", "08 02 06 00", "03 ffff 00",
      "08 02 02 07 330400000e10 0104ffffff00", "03 03e8 00",
      "08 02 05 07 330400000e10 0104ffffff00", "03 ffff 00"}},
    {"fuzz_dhcp",
     "conflict",
     {"08 02 02 02 330400000e10 0104ffffff00", "03 03e8 00",
      "08 02 05 02 330400000e10 0104ffffff00", "03 05dc 00",
      "70 ffffffffffff 020000000409 0806 0001080006040001 020000000409 c6336402"
      "000000000000 c6336402",
      "03 ffff 00"}},
    {"fuzz_dhcp",
     "overload",
     {"08 06 02 02 330400000e10 0104ffffff00 ff", "08 16 05 02 3304", "03 03e8 00",
      "08 04 05 02 3a0400000001 3b0400000002 06080808080808080404", "03 ffff 01"}},
    {"fuzz_dhcp",
     "alone",
     {"03 ffff 00", "04 00 9c40 0007 0064", "03 ffff 02", "05 01", "03 1000 00", "05 00",
      "03 ffff 00"}},
    {"fuzz_guard",
     "options",
     {"0e 000000000000 020000000004 0800 4700001c0001000040110000c6336401c6336402 "
      "83070400000000 00 9c40000700080000",
      "0e 000000000000 020000000004 0800 4600001c0001000040110000c6336401c6336402 44010000 "
      "9c40000700080000",
      "0e 000000000000 020000000004 0800 450000240001200040010000c6336401c6336402 "
      "0800000000000000 0000000000000000"}},
    {"fuzz_guard",
     "surplus",
     {"0a 000000000000 020000000004 0800 4500002400010000 40110000 c6336401 c6336402"
      "9c40000700090000 6100000000000000"}},
    {"fuzz_guard",
     "sent",
     {"09 ff", "0f 000000000000 020000000004 0800 4500001c0001000040010000c6336402c6336401 "
               "0303000000000000 4500001c0001000040110000c6336401e0000001 9c40000700080000"}},
    {"fuzz_guard",
     "neighbours",
     {"0e 000000000000 020000000006 86dd 6000000000003aff 20010db8000700000000000000000001 "
      "20010db8000700000000000000000002 8700000000000000 20010db8000700000000000000000002 "
      "0201020000000006",
      "0e 000000000000 020000000006 86dd 6000000000003aff 20010db8000700000000000000000001 "
      "ff020000000000000000000000000001 8800000060000000 20010db8000700000000000000000001 "
      "0201020000000006",
      "1e 58 000000000000 020000000006 86dd 6000000000003aff 20010db8000700000000000000000001 "
      "20010db8000700000000000000000002 8700000000000000 20010db8000700000000000000000002 "
      "0101020000000006 0101020000000006"}},
    {"fuzz_guard",
     "too_big",
     {"0e 000000000000 020000000006 86dd 6000000000003a40 20010db8000700000000000000000001 "
      "20010db8000700000000000000000002 0200000000000500 60000000 0040 11 40 "
      "20010db8000700000000000000000002 20010db8000700000000000000000001 03e8 9c40 0010 0000",
      "0e 000000000000 020000000006 86dd 6000000000003a40 20010db8000700000000000000000001 "
      "20010db8000700000000000000000002 0200000000000500 60000000 0040 59 40 "
      "20010db8000700000000000000000002 20010db8000700000000000000000001 0007 9c40 0010 0000",
      "0e 000000000000 020000000006 86dd 6000000000003a40 20010db8000700000000000000000001 "
      "20010db8000700000000000000000002 0200000000000500 60000000 0040 06 40 "
      "20010db8000700000000000000000002 20010db8000700000000000000000001 0007 9c40 000007d0 "
      "000003e8 5010",
      "0e 000000000000 020000000006 86dd 6000000000003a40 20010db8000700000000000000000001 "
      "20010db8000700000000000000000002 0200000000000500 60000000 0040 2c 40 "
      "20010db8000700000000000000000002 20010db8000700000000000000000001 1100000100000001 0007 "
      "9c40 0010 0000"}},
    {"fuzz_device",
     "many_datagrams",
     {"04 00 9c40 1388 0010 00 c8", "04 01 9c40 1388 0010 00 c8", "03 03e8 00",
      "04 00 9c40 0007 0064 00 7f"}},
    {"fuzz_device",
     "small_fragments",
     {"04 00 9c40 0007 0400 01 00", "04 01 9c40 0007 0400 01 00", "04 00 9c40 0007 0bb8 04 00",
      "06 24 01", "04 00 9c40 0007 0400 01 00"}},
    {"fuzz_device",
     "half_open_all",
     {"01 00 02 0000 0000 ffff 0000 0000", "01 01 02 0000 0000 ffff 0000 0000",
      "01 02 02 0000 0000 ffff 0000 0000", "01 03 02 0000 0000 ffff 0000 0000",
      "01 04 02 0000 0000 ffff 0000 0000", "01 05 02 0000 0000 ffff 0000 0000",
      "01 06 02 0000 0000 ffff 0000 0000", "01 07 02 0000 0000 ffff 0000 0000",
      "02 00 05b4 ffff 02",
      "70 000000000000 020000000401 0800 450000280001000040060000 c633640b c6336402 c0000007 "
      "00000001 00000000 5002ffff 00000000",
      "70 000000000000 020000000401 0800 450000280001000040060000 c633640b c6336402 c0010007 "
      "00000001 00000000 5002ffff 00000000",
      "03 03e8 00"}},
    {"fuzz_guard",
     "errors",
     {"2f 000000000000 020000000004 0800 4500001c0001000040010000c6336402 c633640b"
      "0303000000000000 4500001c0001000040110000 c633640b c6336402 9c40000700080000"}},
    {"fuzz_guard",
     "resets",
     {"2f 000000000000 020000000004 0800 450000280001000040060000 c6336402 c633640b"
      "00079c40 00000000 00000000 50040000 00000000"}},
#define DRIVER_STORIES(fuzzer)                                                                     \
    {fuzzer, "frames", {"00 003c", "00 05ea", "00 0011", "02 0100 04 20", "03", "00 05ee", "03"}}, \
        {fuzzer,                                                                                   \
         "overrun",                                                                                \
         {"00 05ea", "00 05ea", "00 05ea", "00 05ea", "00 05ea", "00 05ea", "00 05ea", "00 05ea",  \
          "03", "00 003c", "03"}},                                                                 \
        {fuzzer,                                                                                   \
         "bad",                                                                                    \
         {"00 003c", "01 0044 8000 003c", "00 003d", "03", "01 ffff ffff 0000", "00 003e", "03",   \
          "01 0000 0000 0000", "03"}},                                                             \
        {fuzzer,                                                                                   \
         "sends",                                                                                  \
         {"04 05dc 0e 14 14", "05 00 0000 0001", "04 0000", "04 0000", "04 0000",                  \
          "05 00 0000 0000", "04 0100 ff"}},                                                       \
        {fuzzer,                                                                                   \
         "events",                                                                                 \
         {"06 0003 003c", "03", "06 0010 003d", "03", "05 04 0000 0001", "02", "05 03 0000 0001",  \
          "02", "07", "00 003c", "03"}},
    DRIVER_STORIES("fuzz_lan9118")       //
    DRIVER_STORIES("fuzz_stellaris_eth") //
    DRIVER_STORIES("fuzz_cadence_gem")   //
};
// NOLINTEND(bugprone-suspicious-missing-comma)

int main(int argc, char *argv[])
{
    if (argc != 2) {
        fprintf(stderr, "usage: seeds FOLDER\n");
        return 2;
    }
    folder = argv[1];
    mkdir(folder, 0777);
    write_corpus();
    for (size_t i = 0; i < sizeof stories / sizeof stories[0]; i++) {
        struct seed seed = {.octets = 0};
        for (size_t k = 0; k < 12 && stories[i].records[k] != NULL; k++) {
            add_told(&seed, stories[i].records[k]);
        }
        write_as(&seed, stories[i].fuzzer, stories[i].name);
    }
    return 0;
}
