# SPDX-License-Identifier: BSD-3-Clause
# The package lwecho, for find_package(): sources that a project builds with its own lwipopts.h.
#
#     lwecho_image(NAME [OPTS dir] [SOURCES ...])   the simulator, or a board's firmware, as NAME
#     lwecho_firmware(...)                          the firmware of a board of one's own
#     lwecho::port    lwIP and the port, with LWECHO_OPTS or the profile's own lwipopts.h
#     lwecho::app     addresses, name and echo on top of it
#     lwecho::linux   TAP, clock, log and sleep of a Linux host, which a program there needs
#
# Before find_package() a project may set LWECHO_PROFILE, LWECHO_BOARD and LWECHO_OPTS. lwIP comes
# with it as README.md says: -DFETCHCONTENT_SOURCE_DIR_LWIP=DIR, else it is downloaded once.
if(NOT CMAKE_C_COMPILER)
    message(FATAL_ERROR "lwecho is C: name it before find_package(lwecho), as in project(my C).")
endif()
include(${CMAKE_CURRENT_LIST_DIR}/lwecho.cmake)

lwecho_layer_opts(lwecho_opts "${LWECHO_OPTS}" ${LWECHO_ROOT}/sim/opts/${LWECHO_PROFILE})
lwecho_stack(lwecho_port OPTS ${lwecho_opts} NO_APP)
add_library(lwecho_app STATIC ${lwecho_app_sources})
target_include_directories(lwecho_app PUBLIC ${LWECHO_ROOT}/app)
target_link_libraries(lwecho_app PUBLIC lwecho_port PRIVATE lwecho_warnings)
set(lwecho_targets port app)
if(NOT CMAKE_CROSSCOMPILING)
    lwecho_linux(lwecho_linux lwecho_port)
    list(APPEND lwecho_targets linux)
endif()
foreach(lwecho_target IN LISTS lwecho_targets)
    set_target_properties(lwecho_${lwecho_target} PROPERTIES EXCLUDE_FROM_ALL TRUE)
    add_library(lwecho::${lwecho_target} ALIAS lwecho_${lwecho_target})
endforeach()
set_target_properties(lwecho_port_lwip PROPERTIES EXCLUDE_FROM_ALL TRUE)
