# SPDX-License-Identifier: BSD-3-Clause
# What the build says about one device, its addresses: definitions for port/firmware/config.c.
if(LWECHO_PROFILE IN_LIST LWECHO_PROFILES_WITH_DHCP)
    set(ip4 auto)
else()
    set(ip4 198.51.100.2/24)
endif()
set(LWECHO_IP4 ${ip4} CACHE STRING
    "The device's IPv4 address and prefix; auto: DHCP, link-local while no server answers")
set(LWECHO_IP6 2001:db8:7::2/64
    CACHE STRING "The device's IPv6 address and prefix; auto: as routers say; off: none")
set(LWECHO_HOSTNAME lwecho CACHE STRING
    "The device's name, for DHCP and as NAME.local: at most 20 of a-z, 0-9 and -")
set(LWECHO_MAC "" CACHE STRING "The device's MAC address; empty: the board's own")
set(LWECHO_HOST_IP4 198.51.100.1/24 CACHE STRING "For run and debug: the host's side of the TAP")
set(LWECHO_HOST_IP6 2001:db8:7::1/64 CACHE STRING "The same with IPv6")

# Sets `out` to an IPv6 address as four words, "0x20010db8, 0x00070000, ..."; empty: it is none.
function(firmware_ip6_words out text)
    set(${out} "" PARENT_SCOPE)
    string(REPLACE ":" ";" groups "${text}")
    string(FIND "${text}" :: gap)
    if(NOT gap EQUAL -1) # the empty group between its colons stands for as many as are missing
        string(SUBSTRING "${text}" 0 ${gap} head)
        math(EXPR gap "${gap} + 2")
        string(SUBSTRING "${text}" ${gap} -1 tail)
        string(REPLACE ":" ";" groups "${head}")
        string(REPLACE ":" ";" tail "${tail}")
        list(LENGTH groups n_head)
        list(LENGTH tail n_tail)
        math(EXPR missing "8 - ${n_head} - ${n_tail}")
        while(missing GREATER 0)
            list(APPEND groups 0)
            math(EXPR missing "${missing} - 1")
        endwhile()
        list(APPEND groups ${tail})
    endif()
    list(LENGTH groups n)
    if(NOT n EQUAL 8)
        return()
    endif()
    set(hex "[0-9a-fA-F]")
    set(digits "")
    foreach(group IN LISTS groups)
        if(NOT group MATCHES "^${hex}${hex}?${hex}?${hex}?$")
            return()
        endif()
        string(CONCAT group 000 ${group})
        string(REGEX MATCH "....$" group ${group})
        string(APPEND digits ${group})
    endforeach()
    string(REGEX REPLACE "(........)" "0x\\1," words ${digits})
    string(REGEX REPLACE ",$" "" words ${words})
    set(${out} ${words} PARENT_SCOPE)
endfunction()

# Sets `out` to the definitions.
function(firmware_definitions out)
    set(ip4 0)
    set(ip4_prefix 0)
    if(LWECHO_IP4 STREQUAL auto AND LWECHO_PROFILE IN_LIST LWECHO_PROFILES_WITH_DHCP)
        set(ip4_mode AUTO)
    elseif(LWECHO_IP4 MATCHES "^([0-9]+)[.]([0-9]+)[.]([0-9]+)[.]([0-9]+)/([0-9]+)$")
        set(ip4_mode STATIC)
        set(ip4_prefix ${CMAKE_MATCH_5})
        foreach(octet ${CMAKE_MATCH_1} ${CMAKE_MATCH_2} ${CMAKE_MATCH_3} ${CMAKE_MATCH_4})
            math(EXPR ip4 "${ip4} * 256 + ${octet}")
        endforeach()
    else()
        message(FATAL_ERROR
            "LWECHO_IP4 is '${LWECHO_IP4}': give an address and a prefix, as 198.51.100.2/24, or,"
            " in a profile other than tiny, auto.")
    endif()

    set(ip6_words 0,0,0,0)
    if(LWECHO_IP6 STREQUAL off OR NOT LWECHO_PROFILE IN_LIST LWECHO_PROFILES_WITH_IP6)
        set(ip6_mode OFF)
    elseif(LWECHO_IP6 STREQUAL auto)
        set(ip6_mode AUTO)
    else()
        set(ip6_mode STATIC)
        string(REGEX REPLACE "/64$" "" ip6 "${LWECHO_IP6}")
        firmware_ip6_words(ip6_words "${ip6}")
    endif()
    if(ip6_words STREQUAL "" OR (ip6_mode STREQUAL STATIC AND ip6 STREQUAL LWECHO_IP6))
        message(FATAL_ERROR
            "LWECHO_IP6 is '${LWECHO_IP6}': give an address with the prefix 64, as"
            " 2001:db8:7::2/64, or auto or off.")
    endif()

    string(LENGTH "${LWECHO_HOSTNAME}" octets)
    if(NOT LWECHO_HOSTNAME MATCHES "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" OR octets GREATER 20)
        message(FATAL_ERROR
            "LWECHO_HOSTNAME is '${LWECHO_HOSTNAME}': give 1 to 20 of a-z, 0-9 and -, which comes"
            " neither first nor last.")
    endif()

    set(mac 0,0,0,0,0,0)
    set(has_mac 0)
    if(LWECHO_MAC)
        set(has_mac 1)
        string(REGEX MATCHALL "[0-9a-fA-F][0-9a-fA-F]" octets "${LWECHO_MAC}")
        string(JOIN ":" again ${octets})
        if(NOT again STREQUAL LWECHO_MAC
           OR NOT LWECHO_MAC MATCHES "^.[02468aceACE](:..:..:..:..:..)$")
            message(FATAL_ERROR
                "LWECHO_MAC is '${LWECHO_MAC}': give six octets, the first even, as"
                " 02:00:00:00:00:02.")
        endif()
        list(TRANSFORM octets PREPEND 0x)
        string(JOIN "," mac ${octets})
    endif()

    set(${out}
        LWECHO_VERSION="${lwecho_VERSION}"
        LWECHO_PROFILE="${LWECHO_PROFILE}"
        LWECHO_BOARD="${LWECHO_BOARD}"
        LWECHO_IP4_MODE=ADDRESS_IP4_${ip4_mode}
        LWECHO_IP4_ADDRESS=${ip4}u
        LWECHO_IP4_PREFIX=${ip4_prefix}
        LWECHO_IP6_MODE=ADDRESS_IP6_${ip6_mode}
        LWECHO_IP6_WORDS=${ip6_words}
        LWECHO_HOSTNAME="${LWECHO_HOSTNAME}"
        LWECHO_HAS_MAC=${has_mac}
        LWECHO_MAC_OCTETS=${mac}
        PARENT_SCOPE)
endfunction()
