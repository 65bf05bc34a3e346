# SPDX-License-Identifier: BSD-3-Clause
# Reads which lwIP a directory holds, without running any of its files.

# Sets `version_out` to X.Y.Z, empty when `dir` is not the top of lwIP's source tree, and
# `final_out` to TRUE when that is the release and not something on the way to it.
function(lwip_version dir version_out final_out)
    set(${version_out} "" PARENT_SCOPE)
    set(${final_out} FALSE PARENT_SCOPE)
    set(lists "${dir}/src/Filelists.cmake")
    set(header "${dir}/src/include/lwip/init.h") # before 2.1 there are no Filelists.cmake
    if(NOT EXISTS "${dir}/src/core/tcp.c")
        return()
    elseif(EXISTS "${lists}")
        set(file "${lists}")
        set(before "^set\\(LWIP_VERSION_")
    elseif(EXISTS "${header}")
        set(file "${header}")
        set(before "^#define LWIP_VERSION_")
    else()
        return()
    endif()

    foreach(part MAJOR MINOR REVISION RC)
        file(STRINGS "${file}" line REGEX "${before}${part}[ \t]" LIMIT_COUNT 1)
        if(NOT line MATCHES "${before}${part}[ \t]+\"?([A-Z_]+|[0-9]+)U?\"?")
            return()
        endif()
        set(${part} "${CMAKE_MATCH_1}")
    endforeach()
    if(RC STREQUAL "LWIP_RC_RELEASE" OR RC EQUAL 255)
        set(${final_out} TRUE PARENT_SCOPE)
    endif()
    set(${version_out} "${MAJOR}.${MINOR}.${REVISION}" PARENT_SCOPE)
endfunction()
