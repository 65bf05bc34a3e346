// SPDX-License-Identifier: BSD-3-Clause
// Texts for log lines.
#include "text.h"

#include <string.h>

#include "lwip/def.h"

struct text_ip text_ip(const ip_addr_t *ip)
{
    struct text_ip address;
    ipaddr_ntoa_r(ip, address.text, sizeof address.text);
    for (char *at = address.text; *at != '\0'; at++) {
        *at = (char)(*at >= 'A' && *at <= 'F' ? *at + ('a' - 'A') : *at);
    }
    return address;
}

struct text_endpoint text_endpoint(const ip_addr_t *ip, u16_t port)
{
    struct text_endpoint endpoint;
    char *at = endpoint.text;
    char *end = endpoint.text + sizeof endpoint.text;
    if (IP_IS_V6_VAL(*ip)) {
        *at++ = '[';
    }
    strcpy(at, text_ip(ip).text);
    at += strlen(at);
    if (IP_IS_V6_VAL(*ip)) {
        *at++ = ']';
    }
    *at++ = ':';
    lwip_itoa(at, (size_t)(end - at), port);
    return endpoint;
}

/// Writes one octet as C source shows it. Returns the place behind it.
static char *octet_write(char *at, u8_t octet)
{
    static const char named[] = "\nn\tt\rr\"\"\\\\"; // pairs of octet and letter
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i + 1 < sizeof named; i += 2) {
        if (octet == (u8_t)named[i]) {
            *at++ = '\\';
            *at++ = named[i + 1];
            return at;
        }
    }
    if (octet >= ' ' && octet <= '~') {
        *at++ = (char)octet;
        return at;
    }
    *at++ = '\\';
    *at++ = 'x';
    *at++ = hex[octet >> 4];
    *at++ = hex[octet & 15];
    return at;
}

struct text_data text_data(const struct pbuf *p)
{
    struct text_data data;
    char *at = data.text;
    *at++ = '"';
    u16_t shown = LWIP_MIN(p->tot_len, TEXT_DATA_OCTETS_MAX);
    for (u16_t i = 0; i < shown; i++) {
        at = octet_write(at, pbuf_get_at(p, i));
    }
    *at++ = '"';
    strcpy(at, p->tot_len > shown ? "..." : "");
    return data;
}
