# SPDX-License-Identifier: BSD-3-Clause
# How an image is made: lwecho_image(NAME OPTS dir SOURCES ...) links lwIP, port and application.

# Not lwIP's own Filelists.cmake, which brings targets for its documentation and all of its parts.
# Options empty the files that an image does without.
file(GLOB lwip_sources
    ${LWIP_DIR}/src/core/*.c ${LWIP_DIR}/src/core/ipv4/*.c ${LWIP_DIR}/src/core/ipv6/*.c
    ${LWIP_DIR}/src/netif/ethernet.c)

set(LWECHO_PROFILES_WITH_IP6 small host)
set(LWECHO_PROFILES_WITH_DHCP small host)
if(NOT LWECHO_PROFILE MATCHES "^(tiny|small|host)$")
    message(FATAL_ERROR "LWECHO_PROFILE is '${LWECHO_PROFILE}': choose tiny, small or host.")
endif()
if(LWECHO_PROFILE IN_LIST LWECHO_PROFILES_WITH_IP6)
    set(app address_ip4_auto.c address_ip6.c dns_message.c mdns.c mdns_records.c)
    set(port guard_ip6.c guard_icmp6.c mend_dhcp.c)
else()
    set(app address_ip4_static.c address_no_ip6.c mdns_none.c)
    set(port "")
endif()

if(LWECHO_PROFILE STREQUAL tiny)
    list(APPEND port heap_blocks.c neighbor_small.c)
else()
    list(APPEND port heap.c neighbor.c)
endif()

# What the compiler is told for all code of an image.
add_library(lwecho_flags INTERFACE)
if(LWECHO_SANITIZE)
    set(sanitize -fsanitize=${LWECHO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(lwecho_flags INTERFACE ${sanitize})
    target_link_options(lwecho_flags INTERFACE ${sanitize})
endif()

# What it is told for ours in addition.
add_library(lwecho_warnings INTERFACE)
target_compile_options(lwecho_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)

# lwecho_stack(NAME OPTS dir): lwIP, port and application as the library NAME, with the lwipopts.h
# in dir.
function(lwecho_stack NAME)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "OPTS" "")

    add_library(${NAME}_lwip STATIC ${lwip_sources})
    target_include_directories(${NAME}_lwip SYSTEM PUBLIC ${LWIP_DIR}/src/include)
    target_include_directories(${NAME}_lwip PUBLIC ${ARG_OPTS} ${CMAKE_SOURCE_DIR}/port)
    target_compile_options(${NAME}_lwip PRIVATE -w) # a dependency: its warnings are its authors'
    target_link_libraries(${NAME}_lwip PUBLIC lwecho_flags)

    list(TRANSFORM app PREPEND ${CMAKE_SOURCE_DIR}/app/ OUTPUT_VARIABLE app_sources)
    list(TRANSFORM port PREPEND ${CMAKE_SOURCE_DIR}/port/ OUTPUT_VARIABLE port_sources)
    add_library(${NAME} STATIC
        ${CMAKE_SOURCE_DIR}/app/address.c
        ${app_sources}
        ${CMAKE_SOURCE_DIR}/app/app.c
        ${CMAKE_SOURCE_DIR}/app/echo_tcp.c
        ${CMAKE_SOURCE_DIR}/app/echo_udp.c
        ${CMAKE_SOURCE_DIR}/app/held.c
        ${CMAKE_SOURCE_DIR}/app/text.c
        ${CMAKE_SOURCE_DIR}/port/bucket.c
        ${CMAKE_SOURCE_DIR}/port/device.c
        ${CMAKE_SOURCE_DIR}/port/ethif.c
        ${CMAKE_SOURCE_DIR}/port/guard.c
        ${CMAKE_SOURCE_DIR}/port/guard_ip4.c
        ${port_sources}
        ${CMAKE_SOURCE_DIR}/port/halfsip.c
        ${CMAKE_SOURCE_DIR}/port/hooks.c
        ${CMAKE_SOURCE_DIR}/port/mend.c
        ${CMAKE_SOURCE_DIR}/port/opts/check.c
        ${CMAKE_SOURCE_DIR}/port/rxbuf.c
        ${CMAKE_SOURCE_DIR}/port/siphash.c
        ${CMAKE_SOURCE_DIR}/port/timers.c)
    target_include_directories(${NAME} PUBLIC ${CMAKE_SOURCE_DIR}/app)
    # lwIP and we call each other: its timers and our callbacks.
    target_link_libraries(${NAME} PUBLIC ${NAME}_lwip PRIVATE lwecho_warnings)
    target_link_libraries(${NAME}_lwip PUBLIC ${NAME})
endfunction()
