// SPDX-License-Identifier: BSD-3-Clause
// SipHash-2-4: a hash of short messages that nobody can foretell without its key.
#ifndef LWECHO_PORT_SIPHASH_H
#define LWECHO_PORT_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

enum {
    SIPHASH_KEY_OCTETS = 16,
};

/// Returns the hash of `octets` of `message`. Works on octets: alignment and byte order of the
/// machine do not matter.
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), section 2.
uint64_t siphash(const uint8_t key[SIPHASH_KEY_OCTETS], const void *message, size_t octets);

#endif
