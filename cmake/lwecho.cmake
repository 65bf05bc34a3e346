# SPDX-License-Identifier: BSD-3-Clause
# What images are made of and with: options, lwIP, and the functions that link them. The same in the
# project's own build and in the package.
set(profile host)
if(CMAKE_CROSSCOMPILING)
    set(profile small)
endif()
set(LWECHO_PROFILE ${profile} CACHE STRING "Sizes of the image: tiny, small or host")
set_property(CACHE LWECHO_PROFILE PROPERTY STRINGS tiny small host)
unset(profile)
set(LWECHO_BOARD "" CACHE STRING "Folder in port/boards to build for; empty: the simulator")
set(LWECHO_OPTS "" CACHE PATH "Folder of another lwipopts.h; empty: the board's or profile's own")
set(LWECHO_SANITIZE "" CACHE STRING "Sanitizers to build with, as after -fsanitize=")

include(${CMAKE_CURRENT_LIST_DIR}/lwip.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/lwecho_image.cmake)
if(CMAKE_CROSSCOMPILING)
    include(${CMAKE_CURRENT_LIST_DIR}/lwecho_firmware.cmake)
else()
    include(${CMAKE_CURRENT_LIST_DIR}/lwecho_simulator.cmake)
endif()
