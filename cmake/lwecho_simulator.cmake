# SPDX-License-Identifier: BSD-3-Clause
# How the simulator is made, and the library of the Linux target that it stands on.

# lwecho_linux(NAME STACK): the library NAME with TAP, namespaces, clock, log and sleep of a Linux
# host, for the library STACK of lwecho_stack().
function(lwecho_linux NAME STACK)
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(MNL QUIET IMPORTED_TARGET libmnl)
    if(NOT MNL_FOUND)
        message(FATAL_ERROR
            "libmnl is missing, by which a TAP gets its addresses: install Debian's libmnl-dev.")
    endif()
    file(GLOB sources CONFIGURE_DEPENDS ${LWECHO_ROOT}/port/linux/*.c)
    add_library(${NAME} STATIC ${sources})
    target_compile_definitions(${NAME} PRIVATE _GNU_SOURCE)
    target_link_libraries(${NAME} PUBLIC ${STACK} PRIVATE lwecho_warnings PkgConfig::MNL)
    target_link_libraries(${STACK} PUBLIC ${NAME}) # which asks for the time and writes the log
endfunction()

# lwecho_simulator(NAME OPTS SOURCE...): the simulator as the program NAME. An empty OPTS stands for
# the profile as it is.
function(lwecho_simulator NAME OPTS)
    if(NOT OPTS)
        set(OPTS ${LWECHO_OPTS})
    endif()
    lwecho_layer_opts(opts "${OPTS}" ${LWECHO_ROOT}/sim/opts/${LWECHO_PROFILE})
    lwecho_stack(${NAME}_stack PAGE OPTS ${opts})
    lwecho_linux(${NAME}_host ${NAME}_stack)
    file(GLOB sources CONFIGURE_DEPENDS ${LWECHO_ROOT}/sim/*.c)
    add_executable(${NAME} ${ARGN} ${sources}
        ${LWECHO_ROOT}/port/firmware/page_stats.c ${LWECHO_ROOT}/port/firmware/report.c)
    target_compile_definitions(${NAME} PRIVATE
        _GNU_SOURCE LWECHO_VERSION="${lwecho_VERSION}" LWECHO_PROFILE="${LWECHO_PROFILE}")
    target_link_libraries(${NAME} PRIVATE ${NAME}_stack ${NAME}_host lwecho_warnings)

    # What every frame passes through stands together: see there.
    set(frame_script ${LWECHO_ROOT}/sim/frame.ld)
    foreach(target ${NAME}_stack_lwip ${NAME}_stack ${NAME}_host ${NAME})
        target_compile_options(${target} PRIVATE -ffunction-sections)
    endforeach()
    target_link_options(${NAME} PRIVATE -Wl,-T,${frame_script})
    set_target_properties(${NAME} PROPERTIES LINK_DEPENDS ${frame_script})
endfunction()
