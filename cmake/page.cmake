# SPDX-License-Identifier: BSD-3-Clause
# Makes a C file out of a page: cmake -D PAGE=FILE.html -D OUTPUT=FILE.c -P page.cmake
# It has the page, compressed, behind the headers that a web server sends with it (app/page_html.h).
cmake_minimum_required(VERSION 3.25)

# All that the page needs is in it, and all that it asks for is its own device's.
set(policy "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")

file(ARCHIVE_CREATE OUTPUT ${OUTPUT}.gz PATHS ${PAGE}
    FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9)
file(READ ${OUTPUT}.gz zipped HEX)
file(REMOVE ${OUTPUT}.gz)
# The time of the archive (RFC 1952 section 2.3) would make every build another.
string(SUBSTRING ${zipped} 0 8 begin)
string(SUBSTRING ${zipped} 16 -1 rest)
set(zipped ${begin}00000000${rest})

string(LENGTH ${zipped} digits)
math(EXPR octets "${digits} / 2")
set(headers "HTTP/1.0 200 OK\r\n")
string(APPEND headers "Content-Type: text/html; charset=utf-8\r\n")
string(APPEND headers "Content-Encoding: gzip\r\n")
string(APPEND headers "Content-Length: ${octets}\r\n")
string(APPEND headers "Content-Security-Policy: ${policy}\r\n")
string(APPEND headers "Cache-Control: no-cache\r\n\r\n")
string(HEX "${headers}" head)

string(REGEX REPLACE "(..)" "0x\\1," array "${head}${zipped}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n"
    array "${array}")
file(WRITE ${OUTPUT} "// Made out of page.html; see cmake/page.cmake.
#include \"page_html.h\"

const unsigned char page_html[] = {
${array}
};
const size_t page_html_octets = sizeof(page_html);
")
