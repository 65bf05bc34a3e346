// SPDX-License-Identifier: BSD-3-Clause
// lwIP options that the mutation tests change in every profile: what is waited for after each case.
#ifndef LWECHO_TESTS_MUTATE_OPTS_SHORT_WAITS_H
#define LWECHO_TESTS_MUTATE_OPTS_SHORT_WAITS_H

#define TCP_MSL 5000         // TIME-WAIT and LAST-ACK end after 10 s
#define IPV6_REASS_MAXAGE 15 // as IPv4's

#endif
