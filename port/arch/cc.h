// SPDX-License-Identifier: BSD-3-Clause
// lwIP's compiler glue: byte order, log, assertions and randomness, all from the target.
#ifndef LWECHO_PORT_ARCH_CC_H
#define LWECHO_PORT_ARCH_CC_H

#include "target.h"

#define LWIP_NO_CTYPE_H 1 // lwIP's own few lines instead of the library's table
#define LWIP_TIMEVAL_PRIVATE 0

#ifndef BYTE_ORDER
#define LITTLE_ENDIAN __ORDER_LITTLE_ENDIAN__
#define BIG_ENDIAN __ORDER_BIG_ENDIAN__
#define BYTE_ORDER __BYTE_ORDER__
#endif

// One instruction instead of a call.
#if BYTE_ORDER == LITTLE_ENDIAN
#define lwip_htons(x) __builtin_bswap16(x)
#define lwip_htonl(x) __builtin_bswap32(x)
#endif

// An array apart from small variables: those close to the first of them take a shorter instruction.
#ifdef __linux__
#define LARGE_ARRAY
#else
#define LARGE_ARRAY __attribute__((section(".bss.large")))
#endif

#define PACK_STRUCT_STRUCT __attribute__((packed))

#define LWIP_PLATFORM_DIAG(line)                                                                   \
    do {                                                                                           \
        if (LOG_LINES) {                                                                           \
            target_log line;                                                                       \
        }                                                                                          \
    } while (0)
#ifndef LWIP_PLATFORM_ASSERT // nor for the texts of assertions
#define LWIP_PLATFORM_ASSERT(message) target_panic(message, __FILE__, __LINE__)
#endif
#define LWIP_RAND() target_random()

#endif
