# SPDX-License-Identifier: BSD-3-Clause
# What the toolchain files share: GCC and binutils whose names begin with LWECHO_TOOLS.
find_program(LWECHO_GCC ${LWECHO_TOOLS}gcc)
if(NOT LWECHO_GCC)
    string(REGEX REPLACE "-$" "" target ${LWECHO_TOOLS})
    message(FATAL_ERROR "${LWECHO_TOOLS}gcc is missing: install Debian's gcc-${target} and"
        " picolibc-${target}; tests/run.sh does.")
endif()
set(CMAKE_C_COMPILER ${LWECHO_TOOLS}gcc)
set(CMAKE_AR ${LWECHO_TOOLS}gcc-ar
    CACHE FILEPATH "gcc's own, for the objects of link-time optimisation")
set(CMAKE_RANLIB ${LWECHO_TOOLS}gcc-ranlib CACHE FILEPATH "the same")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY) # there is no program without a board

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)

set(CMAKE_C_FLAGS_MINSIZEREL_INIT "-Os -g")
