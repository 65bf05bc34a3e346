# SPDX-License-Identifier: BSD-3-Clause
# Sizes of an image: cmake -D ELF= -D TOOLS= -D SOURCE_DIR= -D LWIP_DIR= -D FLASH_MAX= -D RAM_MAX=
#   [-D REPORT=FILE] [-D CHECK=ON] -P size.cmake
# Prints what it takes of flash and RAM against its budget, 0 for none; with CHECK fails when it is
# exceeded. With REPORT also writes FILE, which adds what each source file takes.
#
# Link-time optimisation leaves no objects: a source file's share is that of the symbols that the debug
# information says are defined in it. What was inlined counts for where it was inlined to.

# Sets size_text and so on to the octets of the image's sections.
function(read_sections)
    execute_process(COMMAND ${TOOLS}size -A ${ELF} OUTPUT_VARIABLE sections COMMAND_ERROR_IS_FATAL ANY)
    foreach(section vectors text data stack bss)
        set(size 0)
        if(sections MATCHES "\n[.]${section} +([0-9]+)")
            set(size ${CMAKE_MATCH_1})
        endif()
        set(size_${section} ${size} PARENT_SCOPE)
    endforeach()
endfunction()

# Sets `out` to one line of the table.
function(table_line out what octets max detail)
    string(SUBSTRING "${what}      " 0 6 what)
    string(LENGTH "       ${octets}" length)
    math(EXPR from "${length} - 7")
    string(SUBSTRING "       ${octets}" ${from} 7 octets_wide)
    set(verdict "no budget")
    if(max GREATER 0 AND octets GREATER max)
        set(verdict "of ${max}: EXCEEDED")
    elseif(max GREATER 0)
        math(EXPR left "${max} - ${octets}")
        set(verdict "of ${max}, ${left} left")
    endif()
    set(${out} "${what}${octets_wide} ${verdict} (${detail})\n" PARENT_SCOPE)
endfunction()

# Appends `octets` of the memory `kind` to the source file `file`, known by a variable of its name.
macro(share_add file kind octets)
    string(MAKE_C_IDENTIFIER "${file}" id)
    if(NOT DEFINED share_${id}_flash)
        set(share_${id}_flash 0)
        set(share_${id}_ram 0)
        list(APPEND files "${file}")
    endif()
    math(EXPR share_${id}_${kind} "${share_${id}_${kind}} + ${octets}")
endmacro()

# Sets `out` to a line for each source file, the largest share of flash first.
function(list_files out)
    execute_process(COMMAND ${TOOLS}nm -S -l --defined-only ${ELF} OUTPUT_VARIABLE symbols
        COMMAND_ERROR_IS_FATAL ANY)
    string(REPLACE ";" "," symbols "${symbols}")
    string(REPLACE "\n" ";" symbols "${symbols}")
    set(files "")
    foreach(symbol IN LISTS symbols)
        if(NOT symbol MATCHES "^[0-9a-f]+ ([0-9a-f]+) ([a-zA-Z]) [^\t]+(\t(.*):[0-9]+)?$")
            continue()
        endif()
        math(EXPR octets "0x${CMAKE_MATCH_1}")
        set(type ${CMAKE_MATCH_2})
        set(file "${CMAKE_MATCH_4}")
        string(REPLACE "${LWIP_DIR}/src/" "lwip/" file "${file}")
        string(REPLACE "${SOURCE_DIR}/" "" file "${file}")
        if(file STREQUAL "")
            set(file "the compiler's library")
        endif()
        if(type MATCHES "[bBdD]")
            share_add("${file}" ram ${octets})
        endif()
        if(NOT type MATCHES "[bB]")
            share_add("${file}" flash ${octets})
        endif()
    endforeach()

    set(lines "")
    foreach(file IN LISTS files)
        string(MAKE_C_IDENTIFIER "${file}" id)
        math(EXPR flash "1000000 + ${share_${id}_flash}") # one width, to be sorted as text
        math(EXPR ram "1000000 + ${share_${id}_ram}")
        list(APPEND lines "${flash} ${ram} ${file}")
    endforeach()
    list(SORT lines ORDER DESCENDING)
    string(REGEX REPLACE "(^|;)1([0-9]+) 1([0-9]+)" "\\1\\2 \\3" lines "${lines}")
    while(lines MATCHES "(^|[; ]) *0[0-9]")
        string(REGEX REPLACE "(^|[; ])( *)0([0-9])" "\\1\\2 \\3" lines "${lines}")
    endwhile()
    string(REPLACE ";" "\n" lines "${lines}")
    set(${out} "\n flash    ram source file\n${lines}\n" PARENT_SCOPE)
endfunction()

read_sections()
math(EXPR flash "${size_vectors} + ${size_text} + ${size_data}")
math(EXPR ram "${size_stack} + ${size_data} + ${size_bss}")
math(EXPR code "${size_vectors} + ${size_text}")
table_line(flash_line flash ${flash} ${FLASH_MAX} "code and constants ${code}, initial values ${size_data}")
table_line(ram_line RAM ${ram} ${RAM_MAX} "variables ${size_data} + ${size_bss}, stack ${size_stack}")
set(table "${flash_line}${ram_line}")

if(REPORT)
    list_files(shares)
    file(WRITE ${REPORT} "${table}${shares}")
endif()
message(NOTICE "${table}")
if(CHECK AND table MATCHES "EXCEEDED")
    message(FATAL_ERROR "The image passes its budget.")
endif()
