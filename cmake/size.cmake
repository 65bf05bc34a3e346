# SPDX-License-Identifier: BSD-3-Clause
# Sizes of an image: cmake -D ELF= -D TOOLS= -D FLASH_MAX= -D RAM_MAX= -D SOURCE_DIR= -D LWIP_DIR=
#   [-D REPORT=FILE] [-D CHECK=ON] -P size.cmake
# Prints what it takes of flash and RAM against its budget, 0 for none; with CHECK fails when that
# is exceeded. With REPORT also writes FILE, which adds the code of each source file and each
# variable.
#
# Link-time optimisation leaves no objects to measure. The line table of the debug information says
# from which source file each instruction comes, also one that was inlined elsewhere.

# Sets size_text and so on to the octets of the image's sections.
function(read_sections)
    execute_process(COMMAND ${TOOLS}size -A ${ELF} OUTPUT_VARIABLE sections
        COMMAND_ERROR_IS_FATAL ANY)
    foreach(section vectors text data stack bss)
        set(size 0)
        if(sections MATCHES "\n[.]${section} +([0-9]+)")
            set(size ${CMAKE_MATCH_1})
        endif()
        set(size_${section} ${size} PARENT_SCOPE)
    endforeach()
endfunction()

# Sets `out` to `octets`, right-aligned in 7 columns.
function(align_right out octets)
    string(LENGTH "${octets}" length)
    math(EXPR blanks "7 - ${length}")
    string(REPEAT " " ${blanks} blank)
    set(${out} "${blank}${octets}" PARENT_SCOPE)
endfunction()

# Sets `out` to one line of the table.
function(table_line out what octets max detail)
    align_right(aligned ${octets})
    set(verdict "no budget")
    if(max GREATER 0 AND octets GREATER max)
        set(verdict "of ${max}: EXCEEDED")
    elseif(max GREATER 0)
        math(EXPR left "${max} - ${octets}")
        set(verdict "of ${max}, ${left} left")
    endif()
    set(${out} "${what}${aligned} ${verdict} (${detail})\n" PARENT_SCOPE)
endfunction()

# Sets `out` to the lines of the list `keys`, each with its octets, the largest first. The octets of
# a key are in the variable PREFIX_<key as an identifier>.
function(list_by_size out prefix keys)
    set(lines "")
    foreach(key IN LISTS keys)
        string(MAKE_C_IDENTIFIER "${key}" id)
        align_right(aligned ${${prefix}_${id}})
        list(APPEND lines "${aligned} ${key}")
    endforeach()
    list(SORT lines ORDER DESCENDING)
    list(JOIN lines "\n" text)
    set(${out} "${text}\n" PARENT_SCOPE)
endfunction()

# Sets `out` to the code octets of each source file.
function(list_files out)
    execute_process(COMMAND ${TOOLS}objdump --dwarf=decodedline ${ELF} OUTPUT_FILE ${REPORT}.lines
        ERROR_QUIET COMMAND_ERROR_IS_FATAL ANY)
    file(STRINGS ${REPORT}.lines lines REGEX ":$|0x[0-9a-f]+")
    file(REMOVE ${REPORT}.lines)
    set(files "")
    set(last_address "")
    foreach(line IN LISTS lines)
        if(line MATCHES "^(CU: )?([^ ]+):$")
            set(file "${CMAKE_MATCH_2}")
            continue()
        elseif(NOT line MATCHES " ([0-9]+|-) +0x([0-9a-f]+)")
            continue()
        endif()
        set(number "${CMAKE_MATCH_1}")
        set(address "${CMAKE_MATCH_2}")
        set(octets 0)
        if(last_address)
            math(EXPR octets "0x${address} - 0x${last_address}")
        endif()
        if(octets GREATER 0) # else a run of instructions begins elsewhere
            string(MAKE_C_IDENTIFIER "${last_file}" id)
            if(NOT DEFINED octets_${id})
                set(octets_${id} 0)
                list(APPEND files "${last_file}")
            endif()
            math(EXPR octets_${id} "${octets_${id}} + ${octets}")
        endif()
        set(last_address "${address}")
        set(last_file "${file}")
        if(number STREQUAL "-") # the end of a run of instructions
            set(last_address "")
        endif()
    endforeach()
    list_by_size(text octets "${files}")
    string(REPLACE "${LWIP_DIR}/src/" "lwip/" text "${text}")
    string(REPLACE "${SOURCE_DIR}/" "" text "${text}")
    set(${out} "${text}" PARENT_SCOPE)
endfunction()

# Sets `out` to the octets of each variable.
function(list_variables out)
    execute_process(COMMAND ${TOOLS}nm -S --defined-only ${ELF} OUTPUT_VARIABLE symbols
        COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX MATCHALL "[0-9a-f]+ [0-9a-f]+ [bBdDsS] [^\n]+" symbols "${symbols}")
    set(variables "")
    foreach(symbol IN LISTS symbols)
        string(REGEX MATCH "^[0-9a-f]+ ([0-9a-f]+) . (.*)$" matched "${symbol}")
        string(MAKE_C_IDENTIFIER "${CMAKE_MATCH_2}" id)
        math(EXPR octets_${id} "0x${CMAKE_MATCH_1}")
        list(APPEND variables "${CMAKE_MATCH_2}")
    endforeach()
    list_by_size(text octets "${variables}")
    set(${out} "${text}" PARENT_SCOPE)
endfunction()

read_sections()
math(EXPR flash "${size_vectors} + ${size_text} + ${size_data}")
math(EXPR ram "${size_stack} + ${size_data} + ${size_bss}")
math(EXPR code "${size_vectors} + ${size_text}")
table_line(flash_line flash ${flash} ${FLASH_MAX}
    "code and constants ${code}, initial values ${size_data}")
table_line(ram_line "RAM  " ${ram} ${RAM_MAX}
    "variables ${size_data} + ${size_bss}, stack ${size_stack}")
set(table "${flash_line}${ram_line}")

if(REPORT)
    list_files(files)
    list_variables(variables)
    file(WRITE ${REPORT}
        "${table}\nCode by source file, without constants\n${files}\nVariables\n${variables}")
endif()
message(NOTICE "${table}")
if(CHECK AND table MATCHES "EXCEEDED")
    message(FATAL_ERROR
        "The image is larger than its budget: lwecho.size.txt beside it lists what takes how much."
        " If it has to grow, raise FLASH_MAX or RAM_MAX in the board's CMakeLists.txt.")
endif()
