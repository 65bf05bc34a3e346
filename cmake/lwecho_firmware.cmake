# SPDX-License-Identifier: BSD-3-Clause
# How the image of a board is made: lwecho_firmware() links lwIP, port, application and board.
include(${CMAKE_CURRENT_LIST_DIR}/firmware_options.cmake)

set(LWECHO_IMAGE lwecho) # the program's name; lwecho_board_image() gives another
set(LWECHO_FIRMWARE_SCRIPTS ${LWECHO_ROOT}/port/firmware)

# Says what to install when the compiler is there without its C library.
function(firmware_find_libc)
    execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=picolibc.specs
        OUTPUT_VARIABLE specs OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT IS_ABSOLUTE "${specs}")
        string(REGEX REPLACE "-$" "" target "${LWECHO_TOOLS}")
        message(FATAL_ERROR
            "${CMAKE_C_COMPILER} has no picolibc: install Debian's picolibc-${target}.")
    endif()
endfunction()

# What the compiler is told for all code of a board's image. picolibc gives memcpy and its like
# only: start-up code and linker script are ours.
function(firmware_flags)
    set(LWECHO_CPU ${ARG_CPU})
    include(${LWECHO_ROOT}/port/${ARG_ARCH}/cpu.cmake)
    set(options ${cpu_options} --specs=picolibc.specs -flto=auto)
    if(ARG_FAST)
        list(APPEND options -O3
            # A frame goes once through most loops, and what is moved in front of these is not used.
            -fno-move-loop-invariants -fno-tree-loop-im -fno-shrink-wrap-separate)
    else()
        list(APPEND options -Os
            # Each makes images smaller, as measured with GCC 12.2.
            -fira-algorithm=priority -fno-move-loop-invariants -fno-thread-jumps
            -fno-tree-tail-merge -fno-schedule-insns2 --param=uninlined-function-insns=0)
    endif()
    target_compile_options(lwecho_flags INTERFACE ${options}
        -ffunction-sections -fdata-sections
        # An assertion that fails is an undefined instruction: the fault's registers say where.
        "-DLWIP_PLATFORM_ASSERT(message)=__builtin_trap()")
    target_compile_options(lwecho_flags INTERFACE ${ARG_OPTIONS})
    target_link_options(lwecho_flags INTERFACE ${options} -g -nostartfiles -Wl,--gc-sections)
endfunction()

function(firmware_add_executable)
    list(TRANSFORM ARG_DRIVERS PREPEND ${LWECHO_ROOT}/port/drivers/)
    file(GLOB cpu_sources CONFIGURE_DEPENDS ${LWECHO_ROOT}/port/${ARG_ARCH}/*.c)
    file(GLOB firmware_sources CONFIGURE_DEPENDS ${LWECHO_ROOT}/port/firmware/*.c)
    set(not_linked stats_short.c)
    if(LWECHO_PROFILE STREQUAL tiny)
        set(not_linked stats.c report.c)
    endif()
    if(NOT LWECHO_PAGE)
        list(APPEND not_linked page_stats.c)
    endif()
    list(TRANSFORM not_linked PREPEND ${LWECHO_ROOT}/port/firmware/)
    list(REMOVE_ITEM firmware_sources ${not_linked})

    # The order in which link-time optimisation makes the smallest image; libraries come last.
    set(first $<TARGET_OBJECTS:firmware_stack_lwip> $<TARGET_OBJECTS:firmware_stack>)
    if(ARG_FAST)
        set(first "")
    endif()
    add_executable(${LWECHO_IMAGE} ${LWECHO_IMAGE_SOURCES}
        ${first} ${ARG_SOURCES} ${ARG_DRIVERS} ${cpu_sources} ${firmware_sources})
    firmware_definitions(definitions)
    target_compile_definitions(${LWECHO_IMAGE} PRIVATE ${definitions} CPU_IRQS=${ARG_IRQS})
    target_link_libraries(${LWECHO_IMAGE} PRIVATE firmware_stack lwecho_warnings)
    target_link_options(${LWECHO_IMAGE} PRIVATE
        -T${CMAKE_CURRENT_SOURCE_DIR}/memory.ld -L${LWECHO_ROOT}/port/${ARG_ARCH}
        -Wl,-Map=${CMAKE_BINARY_DIR}/${LWECHO_IMAGE}.map)
    set(scripts
        ${CMAKE_CURRENT_SOURCE_DIR}/memory.ld ${LWECHO_ROOT}/port/${ARG_ARCH}/sections.ld)
    set_target_properties(${LWECHO_IMAGE} PROPERTIES
        SUFFIX .elf
        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}
        LINK_DEPENDS "${scripts}"
        LWECHO_QEMU "${ARG_QEMU}") # for tests/qemu
endfunction()

# Beside lwecho.elf: the files that programmers take, and the sizes.
function(firmware_add_files)
    set(image ${CMAKE_BINARY_DIR}/${LWECHO_IMAGE})
    set(size ${CMAKE_COMMAND} -D ELF=${image}.elf -D TOOLS=${LWECHO_TOOLS}
        -D SOURCE_DIR=${LWECHO_ROOT} -D LWIP_DIR=${LWIP_DIR}
        -D FLASH_MAX=${ARG_FLASH_MAX} -D RAM_MAX=${ARG_RAM_MAX})
    add_custom_command(TARGET ${LWECHO_IMAGE} POST_BUILD
        COMMAND ${CMAKE_OBJCOPY} -O binary ${image}.elf ${image}.bin
        COMMAND ${CMAKE_OBJCOPY} -O ihex ${image}.elf ${image}.hex
        COMMAND ${size} -D REPORT=${image}.size.txt -P ${LWECHO_ROOT}/cmake/size.cmake
        COMMENT "${LWECHO_IMAGE}.bin, ${LWECHO_IMAGE}.hex, ${LWECHO_IMAGE}.size.txt"
        VERBATIM)
    if(BUILD_TESTING AND PROJECT_NAME STREQUAL "lwecho") # a budget is of the image as we have it
        add_test(NAME size.budget.${LWECHO_PRESET}
            COMMAND ${size} -D CHECK=ON -P ${LWECHO_ROOT}/cmake/size.cmake)
        set_tests_properties(size.budget.${LWECHO_PRESET} PROPERTIES LABELS qemu)
    endif()
endfunction()

function(firmware_add_targets)
    set(image ${CMAKE_BINARY_DIR}/${LWECHO_IMAGE})
    set(network ${LWECHO_IP4} ${LWECHO_HOST_IP4} ${LWECHO_HOST_IP6})
    add_custom_target(run
        ${LWECHO_FIRMWARE_SCRIPTS}/run.sh ${network} ${ARG_QEMU} -kernel ${image}.elf
        DEPENDS ${LWECHO_IMAGE} USES_TERMINAL VERBATIM)
    add_custom_target(debug
        ${LWECHO_FIRMWARE_SCRIPTS}/debug.sh ${image}.elf
        ${LWECHO_FIRMWARE_SCRIPTS}/run.sh ${network} ${ARG_QEMU} -kernel ${image}.elf
        DEPENDS ${LWECHO_IMAGE} USES_TERMINAL VERBATIM)
    list(TRANSFORM ARG_FLASH REPLACE "@IMAGE@" "${image}")
    add_custom_target(flash ${ARG_FLASH} DEPENDS ${LWECHO_IMAGE} USES_TERMINAL VERBATIM)
endfunction()

# lwecho_firmware(...), once, in a board's CMakeLists.txt:
#   ARCH       folder in port/ of the CPU's runtime: cortex_m or riscv
#   CPU        which one, as that folder's cpu.cmake takes it
#   IRQS       how many interrupts it has
#   SOURCES    the board's own
#   DRIVERS    files in port/drivers
#   OPTIONS    further options of the compiler
#   FAST       few instructions rather than small code
#   QEMU       emulator and machine
#   FLASH      command that writes the image to a real board; @IMAGE@ is its path without .elf
#   FLASH_MAX  budget in octets; 0: none
#   RAM_MAX    the same, with the stack
# Makes lwecho.elf, .bin, .hex and .size.txt, the targets run, debug and flash, and the test of the
# budget.
function(lwecho_firmware)
    cmake_parse_arguments(PARSE_ARGV 0 ARG
        "FAST" "ARCH;CPU;IRQS;FLASH_MAX;RAM_MAX" "SOURCES;DRIVERS;OPTIONS;QEMU;FLASH")
    foreach(budget FLASH_MAX RAM_MAX)
        if(NOT ARG_${budget})
            set(ARG_${budget} 0)
        endif()
    endforeach()

    firmware_find_libc()
    firmware_flags()
    lwecho_layer_opts(opts "${LWECHO_OPTS}" ${CMAKE_CURRENT_SOURCE_DIR})
    lwecho_stack(firmware_stack PAGE OPTS ${opts})
    firmware_add_executable()
    firmware_add_files()
    firmware_add_targets()
endfunction()

# lwecho_board_image(NAME OPTS SOURCE...): the firmware of LWECHO_BOARD as the program NAME. An
# empty OPTS stands for the board's own.
function(lwecho_board_image NAME OPTS)
    set(folder ${LWECHO_ROOT}/port/boards/${LWECHO_BOARD})
    if(NOT EXISTS ${folder}/CMakeLists.txt)
        file(GLOB boards RELATIVE ${LWECHO_ROOT}/port/boards ${LWECHO_ROOT}/port/boards/*/memory.ld)
        list(TRANSFORM boards REPLACE "/memory.ld" "")
        list(JOIN boards ", " boards)
        message(FATAL_ERROR "LWECHO_BOARD is '${LWECHO_BOARD}': choose one of ${boards}.")
    endif()
    set(LWECHO_IMAGE ${NAME})
    set(LWECHO_IMAGE_SOURCES ${ARGN})
    if(OPTS)
        set(LWECHO_OPTS ${OPTS})
    endif()
    add_subdirectory(${folder} ${CMAKE_CURRENT_BINARY_DIR}/${LWECHO_BOARD})
endfunction()
