// SPDX-License-Identifier: BSD-3-Clause
// page.html as the web server sends it, with its headers: made by cmake/page.cmake.
#ifndef LWECHO_APP_PAGE_HTML_H
#define LWECHO_APP_PAGE_HTML_H

#include <stddef.h>

extern const unsigned char page_html[];
extern const size_t page_html_octets;

#endif
