// SPDX-License-Identifier: BSD-3-Clause
// HalfSipHash: SipHash on words of 32 bits, for processors of 32 bits that are short of flash.
//
// Its key has 64 bits: enough for what lives no longer than the device is on, and is not worth 2^63
// tries to an attacker.
#ifndef LWECHO_PORT_HALFSIP_H
#define LWECHO_PORT_HALFSIP_H

#include <stddef.h>
#include <stdint.h>

enum {
    HALFSIP_KEY_OCTETS = 8,
};

/// Runs `n` rounds over the state.
void halfsip_rounds(uint32_t v[4], int n);

/// Returns HalfSipHash-2-4 of `octets` of `message`, 32 bits. Works on octets: alignment and byte
/// order of the machine do not matter.
/// Source: the authors' reference code, halfsiphash.c; Aumasson and Bernstein, "SipHash: a fast
/// short-input PRF" (2012).
uint32_t halfsip(const uint8_t key[HALFSIP_KEY_OCTETS], const void *message, size_t octets);

#endif
