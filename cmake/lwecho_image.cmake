# SPDX-License-Identifier: BSD-3-Clause
# How an image is made: lwecho_stack() builds lwIP, port and application, lwecho_image() a program.

# Not lwIP's own Filelists.cmake, which brings targets for its documentation and all of its parts.
# Options empty the files that an image does without.
file(GLOB lwip_sources
    ${LWIP_DIR}/src/core/*.c ${LWIP_DIR}/src/core/ipv4/*.c ${LWIP_DIR}/src/core/ipv6/*.c
    ${LWIP_DIR}/src/netif/ethernet.c)

set(LWECHO_PROFILES_WITH_IP6 small host)
set(LWECHO_PROFILES_WITH_DHCP small host)
set(LWECHO_PROFILES_WITH_PAGE small host)
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

# A board that is short of flash does without, unless its owner wants it.
set(LWECHO_PAGE_DEFAULT OFF)
if(LWECHO_PROFILE IN_LIST LWECHO_PROFILES_WITH_PAGE AND NOT LWECHO_BOARD MATCHES "^lm3s")
    set(LWECHO_PAGE_DEFAULT ON)
endif()

if(LWECHO_PROFILE STREQUAL tiny)
    list(APPEND port heap_blocks.c neighbor_small.c)
elseif(LWECHO_PROFILE STREQUAL small)
    list(APPEND port heap.c neighbor.c)
else()
    list(APPEND port acks.c demux.c heap_classes.c large.c neighbor.c)
endif()

# Our sources: of the tree that this file stands in, or of the package that was installed.
get_filename_component(LWECHO_ROOT ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
set(lwecho_app_sources address.c ${app} app.c echo_tcp.c echo_udp.c held.c text.c)
set(lwecho_port_sources bucket.c device.c ethif.c guard.c guard_ip4.c ${port} halfsip.c hooks.c
    mend.c opts/check.c rxbuf.c siphash.c timers.c)
list(TRANSFORM lwecho_app_sources PREPEND ${LWECHO_ROOT}/app/)
list(TRANSFORM lwecho_port_sources PREPEND ${LWECHO_ROOT}/port/)
unset(app)
unset(port)

option(LWECHO_PAGE "A page of the device's own, for browsers (profiles small and host)"
    ${LWECHO_PAGE_DEFAULT})
if(LWECHO_PAGE AND NOT LWECHO_PROFILE IN_LIST LWECHO_PROFILES_WITH_PAGE)
    message(FATAL_ERROR "The profile ${LWECHO_PROFILE} has no room for a page: leave out"
        " -DLWECHO_PAGE=ON, or choose -DLWECHO_PROFILE=small or host.")
endif()
set(lwecho_page_html ${CMAKE_BINARY_DIR}/page_html.c)
add_custom_command(OUTPUT ${lwecho_page_html}
    COMMAND ${CMAKE_COMMAND} -D PAGE=${LWECHO_ROOT}/app/page.html -D OUTPUT=${lwecho_page_html}
            -P ${LWECHO_ROOT}/cmake/page.cmake
    DEPENDS ${LWECHO_ROOT}/app/page.html ${LWECHO_ROOT}/cmake/page.cmake
    COMMENT "page_html.c"
    VERBATIM)
add_custom_target(lwecho_page_html DEPENDS ${lwecho_page_html}) # once, whoever needs it

# What the compiler is told for all code of an image.
add_library(lwecho_flags INTERFACE)
target_compile_features(lwecho_flags INTERFACE c_std_11)
if(LWECHO_SANITIZE)
    set(sanitize -fsanitize=${LWECHO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(lwecho_flags INTERFACE ${sanitize})
    target_link_options(lwecho_flags INTERFACE ${sanitize})
endif()

# What it is told for ours in addition. Another project's compiler may know of new warnings.
add_library(lwecho_warnings INTERFACE)
if(PROJECT_NAME STREQUAL "lwecho")
    target_compile_options(lwecho_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
endif()

# lwecho_stack(NAME OPTS dir... [PAGE] [NO_APP]): lwIP, port and application as the library NAME,
# with the lwipopts.h in dir, and with PAGE the device's own page if the build is to have it. NO_APP
# leaves the application out.
function(lwecho_stack NAME)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "PAGE;NO_APP" "" "OPTS")
    list(GET ARG_OPTS 0 opts)
    if(NOT EXISTS ${opts}/lwipopts.h)
        message(FATAL_ERROR "There is no lwipopts.h in '${opts}': give the folder of one that"
            " begins with #include \"lwecho_lwipopts.h\".")
    endif()

    set(page ${LWECHO_ROOT}/app/page_none.c)
    set(httpd "")
    if(ARG_PAGE AND LWECHO_PAGE)
        set(page ${LWECHO_ROOT}/app/page.c ${lwecho_page_html})
        set(httpd ${LWIP_DIR}/src/apps/http/httpd.c)
        if(CMAKE_CROSSCOMPILING) # it need not be fast, even where the rest is
            set_source_files_properties(${page} ${httpd} PROPERTIES COMPILE_OPTIONS -Os)
        endif()
    endif()

    add_library(${NAME}_lwip STATIC ${lwip_sources} ${httpd})
    target_include_directories(${NAME}_lwip SYSTEM PUBLIC ${LWIP_DIR}/src/include)
    target_include_directories(${NAME}_lwip PUBLIC ${ARG_OPTS} ${LWECHO_ROOT}/port)
    target_compile_options(${NAME}_lwip PRIVATE -w) # a dependency: its warnings are its authors'
    target_link_libraries(${NAME}_lwip PUBLIC lwecho_flags)

    add_library(${NAME} STATIC)
    if(NOT ARG_NO_APP)
        target_sources(${NAME} PRIVATE ${lwecho_app_sources} ${page})
        target_include_directories(${NAME} PUBLIC ${LWECHO_ROOT}/app)
    endif()
    if(httpd)
        target_compile_definitions(${NAME}_lwip PUBLIC LWECHO_PAGE=1)
        add_dependencies(${NAME} lwecho_page_html)
    endif()
    target_sources(${NAME} PRIVATE ${lwecho_port_sources})
    # lwIP and we call each other: its timers and our callbacks.
    target_link_libraries(${NAME} PUBLIC ${NAME}_lwip PRIVATE lwecho_warnings)
    target_link_libraries(${NAME}_lwip PUBLIC ${NAME})
endfunction()

# Sets `out` to the folders for lwecho_stack() out of a product's folder `opts`, empty when it has
# none, and of that of the options it stands on. A product's lwipopts.h includes the latter as
# lwecho_lwipopts.h.
function(lwecho_layer_opts out opts base)
    if(NOT opts)
        set(${out} ${base} PARENT_SCOPE)
        return()
    endif()
    string(SHA1 key "${base}")
    set(layer ${CMAKE_BINARY_DIR}/lwecho_opts/${key})
    file(CONFIGURE OUTPUT ${layer}/lwecho_lwipopts.h CONTENT "#include \"${base}/lwipopts.h\"\n")
    set(${out} ${opts} ${layer} PARENT_SCOPE)
endfunction()

# lwecho_image(NAME [OPTS dir] [SOURCES ...]): the program NAME, with what it stands on: the
# simulator, or with LWECHO_BOARD the firmware of that board. SOURCES are a product's own. A file
# among them that defines what a file of app/ does is linked in that file's place. OPTS is the
# folder of its lwipopts.h, which begins with #include "lwecho_lwipopts.h": the board's, or that of
# LWECHO_PROFILE.
function(lwecho_image NAME)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "OPTS" "SOURCES")
    if(ARG_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "lwecho_image(${NAME}): what is ${ARG_UNPARSED_ARGUMENTS}? It takes"
            " OPTS and one folder, and SOURCES and files.")
    endif()
    foreach(words OPTS SOURCES)
        list(TRANSFORM ARG_${words} PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ REGEX "^[^/]")
    endforeach()
    if(LWECHO_BOARD AND NOT CMAKE_CROSSCOMPILING)
        message(FATAL_ERROR "LWECHO_BOARD is set, but the compiler is this machine's: configure an"
            " empty folder with a preset, or with --toolchain and a file of ${LWECHO_ROOT}/cmake.")
    endif()
    if(CMAKE_CROSSCOMPILING)
        lwecho_board_image(${NAME} "${ARG_OPTS}" ${ARG_SOURCES})
    else()
        lwecho_simulator(${NAME} "${ARG_OPTS}" ${ARG_SOURCES})
    endif()
endfunction()
