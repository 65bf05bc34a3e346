# SPDX-License-Identifier: BSD-3-Clause
# Brings lwIP in as a dependency, and sets LWIP_DIR to its source directory.
#
# - A lwIP of one's own: -DFETCHCONTENT_SOURCE_DIR_LWIP=DIR, as for every FetchContent dependency.
# - Otherwise fetch_lwip.cmake downloads it, once for all presets: FETCHCONTENT_BASE_DIR defaults to
#   build/_deps of the source tree. A later configure needs no network.
# - Either way it must be lwIP, and not older than LWIP_VERSION_MIN.
#
# lwIP's own CMakeLists.txt stays out: its sources are built as part of an image.

include(${CMAKE_CURRENT_LIST_DIR}/lwip_version.cmake)

set(LWIP_VERSION_MIN 2.2.1)
set(FETCHCONTENT_BASE_DIR "${CMAKE_SOURCE_DIR}/build/_deps"
    CACHE PATH "Where dependencies are downloaded to, once for all presets")
include(FetchContent) # has a default of its own for FETCHCONTENT_BASE_DIR

# FetchContent runs the download in a build of its own and hides what it prints, so the download
# leaves its verdict in a file. That build knows no change of generator and trusts stamps: it is
# made anew each time, and fetch_lwip.cmake alone judges what is already there.
function(lwip_fetch)
    set(work_dir "${FETCHCONTENT_BASE_DIR}/lwip-download")
    set(error_file "${work_dir}/error.txt")
    file(REMOVE_RECURSE "${FETCHCONTENT_BASE_DIR}/lwip-subbuild")
    file(REMOVE "${error_file}")
    if(NOT FETCHCONTENT_SOURCE_DIR_LWIP AND NOT FETCHCONTENT_FULLY_DISCONNECTED
       AND NOT EXISTS "${FETCHCONTENT_BASE_DIR}/lwip-src/.lwecho-origin")
        message(STATUS "lwIP: fetching Debian's source package, else upstream's git (once)")
        set(FETCHCONTENT_QUIET OFF) # shows how far it is
    endif()

    FetchContent_Declare(
        lwip
        DOWNLOAD_COMMAND
            "${CMAKE_COMMAND}" -D "SOURCE_DIR=<SOURCE_DIR>" -D "WORK_DIR=${work_dir}" -P
            "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/fetch_lwip.cmake"
        USES_TERMINAL_DOWNLOAD TRUE
        SOURCE_SUBDIR no-such-directory # so that lwIP's CMakeLists.txt is not added
    )
    FetchContent_MakeAvailable(lwip)

    if(EXISTS "${error_file}")
        file(READ "${error_file}" error)
        message(FATAL_ERROR "${error}")
    endif()
    set(LWIP_DIR "${lwip_SOURCE_DIR}" PARENT_SCOPE)
endfunction()

# Refuses what is not lwIP or too old, and says what is used and where it came from.
function(lwip_judge)
    lwip_version("${LWIP_DIR}" version final)
    if(NOT version)
        message(FATAL_ERROR
            " ${LWIP_DIR} holds no lwIP: src/Filelists.cmake or src/core/tcp.c is missing.\n"
            " Set FETCHCONTENT_SOURCE_DIR_LWIP to the top of lwIP's source tree, or leave it out.")
    endif()
    if(version VERSION_LESS LWIP_VERSION_MIN
       OR (version VERSION_EQUAL LWIP_VERSION_MIN AND NOT final))
        if(NOT final)
            string(APPEND version ", not yet released")
        endif()
        message(FATAL_ERROR
            " ${LWIP_DIR} holds lwIP ${version}, but ${LWIP_VERSION_MIN} or newer is needed.\n"
            " Set FETCHCONTENT_SOURCE_DIR_LWIP to a newer one, or leave it out.")
    endif()
    set(origin "${LWIP_DIR}")
    if(NOT FETCHCONTENT_SOURCE_DIR_LWIP AND EXISTS "${LWIP_DIR}/.lwecho-origin")
        file(STRINGS "${LWIP_DIR}/.lwecho-origin" origin LIMIT_COUNT 1)
    endif()
    message(STATUS "lwIP ${version} from ${origin}")
endfunction()

file(MAKE_DIRECTORY "${FETCHCONTENT_BASE_DIR}")
file(LOCK "${FETCHCONTENT_BASE_DIR}/lwip.lock" GUARD FILE TIMEOUT 600 RESULT_VARIABLE lwip_lock)
if(NOT lwip_lock EQUAL 0)
    message(FATAL_ERROR
        " ${FETCHCONTENT_BASE_DIR}/lwip.lock can't be locked: ${lwip_lock}\n"
        " If no other configure is running, choose another FETCHCONTENT_BASE_DIR.")
endif()
lwip_fetch()
lwip_judge()
file(LOCK "${FETCHCONTENT_BASE_DIR}/lwip.lock" RELEASE)
