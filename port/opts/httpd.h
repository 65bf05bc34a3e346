// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of its web server, which serves the device's own page (app/page.h).
#ifndef LWECHO_PORT_OPTS_HTTPD_H
#define LWECHO_PORT_OPTS_HTTPD_H

#ifndef LWECHO_PAGE
#define LWECHO_PAGE 0 // the build's choice
#endif

#define HTTPD_SERVER_PORT page_port()  // chosen when it starts
#define HTTPD_USE_MEM_POOL 1           // of its own
#define LWIP_HTTPD_CUSTOM_FILES 1      // app/page.c is its file system
#define LWIP_HTTPD_DYNAMIC_FILE_READ 1 // the statistics are made while they are sent
#define LWIP_HTTPD_SUPPORT_V09 0       // nobody asks without headers
#define LWIP_HTTPD_MAX_REQUEST_URI_LEN 0
#define LWIP_HTTPD_MAX_REQ_LENGTH 1023
#define LWIP_HTTPD_REQ_QUEUELEN 1 // receive buffers that the beginning of a request can hold
#define MEMP_NUM_PARALLEL_HTTPD_CONNS PAGE_CONNECTIONS_MAX
#define HTTPD_MAX_WRITE_LEN(pcb) PAGE_BLOCK_OCTETS
#define PAGE_SEGMENT_OCTETS_MIN 512 // a peer that takes less is not served
#define PAGE_SEGMENTS_MAX                                                                          \
    ((PAGE_BLOCK_OCTETS + PAGE_SEGMENT_OCTETS_MIN - 1) / PAGE_SEGMENT_OCTETS_MIN) // of a block

/// Returns the port to listen on.
unsigned short page_port(void);

#endif
