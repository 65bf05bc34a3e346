# SPDX-License-Identifier: BSD-3-Clause
# Downloads lwIP: Debian's signed source package, else upstream's git at a pinned commit.
#
#     cmake -D SOURCE_DIR=DIR -D WORK_DIR=DIR -P fetch_lwip.cmake
#
# SOURCE_DIR appears complete or not at all, with its origin and pin in SOURCE_DIR/.lwecho-origin;
# when that is there already, nothing is done. WORK_DIR keeps the verified download. A failure is
# written to WORK_DIR/error.txt, for the caller to report, and WORK_DIR/log.txt has the full output.
#
# No mirror is named here: apt is asked for the machine's own, and told to look for trixie there.
# apt runs on private directories inside WORK_DIR, so the machine's own are neither used nor
# changed; its proxies and credentials (apt.conf, auth.conf) hold. Tests point apt elsewhere with
# APT_CONFIG and git with GIT_CONFIG_COUNT, and may set the pins below by -D.

cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/lwip_version.cmake)

macro(default name value)
    if(NOT DEFINED ${name})
        set(${name} "${value}")
    endif()
endmacro()

set(DEBIAN_SUITE trixie)
default(DEBIAN_ORIG lwip_2.2.1+dfsg1.orig.tar.xz) # Debian's later revisions keep this file
default(DEBIAN_ORIG_SHA256 83729c274c499d3348e9fbbe043a3113f3fa8953e7efddc7c21c7fcbb1f2b7b1)
default(GIT_URLS # upstream's, and its mirror of the same commits
        "https://git.savannah.nongnu.org/git/lwip.git;https://github.com/lwip-tcpip/lwip.git")
default(GIT_TAG STABLE-2_2_1_RELEASE)
default(GIT_COMMIT 77dcd25a72509eb83f72b033d219b1d40cd8eb95)
set(KEYRINGS /usr/share/keyrings/debian-archive-keyring.gpg
             /usr/share/keyrings/debian-archive-keyring.pgp)

set(NEW_DIR "${WORK_DIR}/new") # whatever is half done stands here
set(KEPT_DIR "${WORK_DIR}/debian")
set(LOG "${WORK_DIR}/log.txt")

# Ends the download for good: nothing else is tried.
function(fail text)
    file(REMOVE_RECURSE "${NEW_DIR}")
    file(WRITE "${WORK_DIR}/error.txt" "${text}")
    message(NOTICE "${text}")
endfunction()

# Runs the command line in ARGN in `dir`, keeping what it prints in the log.
# Sets `ok_out` to TRUE when it succeeded.
function(run ok_out dir)
    list(JOIN ARGN " " line)
    file(APPEND "${LOG}" "\n$ ${line}\n")
    execute_process(
        COMMAND "${CMAKE_COMMAND}" -E env LC_ALL=C.UTF-8 GIT_TERMINAL_PROMPT=0 ${ARGN}
        WORKING_DIRECTORY "${dir}" TIMEOUT 300 RESULT_VARIABLE result OUTPUT_VARIABLE output
        ERROR_VARIABLE output)
    file(APPEND "${LOG}" "${output}")
    if(result EQUAL 0)
        set(${ok_out} TRUE PARENT_SCOPE)
    else()
        set(${ok_out} FALSE PARENT_SCOPE)
        file(APPEND "${LOG}" "failed: ${result}\n")
    endif()
endfunction()

# Writes a deb822 source for each Debian archive that the machine's apt knows, with its suite
# swapped. Sets `ok_out` to FALSE when it knows none.
function(write_apt_sources file keyring ok_out)
    # apt itself reads every form of its sources. Only suites and components of Debian's own names
    # are taken; another's archive under the same names fails the signature, and is left out by apt.
    execute_process(
        COMMAND ${APT_GET} indextargets --no-release-info
            --format "$(REPO_URI) $(RELEASE) $(COMPONENT)"
        OUTPUT_VARIABLE lines ERROR_QUIET)
    string(REPLACE "\n" ";" lines "${lines}")
    list(REMOVE_DUPLICATES lines)
    set(debian "oldoldstable|oldstable|stable|testing|unstable|sid")
    string(APPEND debian "|buster|bullseye|bookworm|trixie|forky|duke")
    set(text "")
    foreach(line IN LISTS lines)
        if(NOT line MATCHES "^([^ ]+) (${debian})((-updates|-security|/updates)?) main$")
            continue()
        endif()
        set(uri "${CMAKE_MATCH_1}")
        string(REPLACE "/updates" "-security" suite "${DEBIAN_SUITE}${CMAKE_MATCH_3}")
        if(uri MATCHES "^cdrom:")
            continue()
        endif()
        string(APPEND text "Types: deb-src\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\n"
                           "Signed-By: ${keyring}\n\n")
    endforeach()
    file(WRITE "${file}" "${text}")
    if(text STREQUAL "")
        set(${ok_out} FALSE PARENT_SCOPE)
    else()
        set(${ok_out} TRUE PARENT_SCOPE)
    endif()
endfunction()

# Fetches Debian's source package into KEPT_DIR. Sets `problem_out` to why that failed, or empty.
function(fetch_debian problem_out)
    set(keyring "")
    foreach(file IN LISTS KEYRINGS)
        if(NOT keyring AND EXISTS "${file}")
            set(keyring "${file}")
        endif()
    endforeach()
    if(NOT APT_GET)
        set(${problem_out} "apt-get is missing" PARENT_SCOPE)
        return()
    elseif(NOT keyring)
        set(${problem_out} "the package debian-archive-keyring is missing" PARENT_SCOPE)
        return()
    endif()

    set(apt_dir "${NEW_DIR}/apt")
    file(MAKE_DIRECTORY "${apt_dir}/sources" "${apt_dir}/state/lists/partial"
         "${apt_dir}/cache/archives/partial" "${apt_dir}/log" "${NEW_DIR}/debian")
    write_apt_sources("${apt_dir}/sources/debian.sources" "${keyring}" known)
    if(NOT known)
        set(${problem_out} "apt's sources name no Debian mirror" PARENT_SCOPE)
        return()
    endif()
    file(WRITE "${apt_dir}/apt.conf"
        "Dir::Etc::sourcelist \"/dev/null\";\n"
        "Dir::Etc::sourceparts \"${apt_dir}/sources\";\n"
        "Dir::Etc::preferences \"/dev/null\";\n"
        "Dir::Etc::preferencesparts \"/dev/null\";\n"
        "Dir::State \"${apt_dir}/state\";\n"
        "Dir::Cache \"${apt_dir}/cache\";\n"
        "Dir::Log \"${apt_dir}/log\";\n"
        "APT::Get::AllowUnauthenticated \"false\";\n"
        "Acquire::AllowInsecureRepositories \"false\";\n"
        "Acquire::Languages \"none\";\n"
        "Acquire::Retries \"1\";\n"
        "Acquire::http::Timeout \"20\";\n"
        "Acquire::https::Timeout \"20\";\n"
        "#clear APT::Update::Pre-Invoke;\n"
        "#clear APT::Update::Post-Invoke;\n"
        "#clear APT::Update::Post-Invoke-Success;\n")

    message(STATUS "lwIP: asking apt's Debian mirror what it has")
    # One archive of several may fail; what counts is whether the package is found.
    run(ignored "${NEW_DIR}/debian" ${APT_GET} -c "${apt_dir}/apt.conf" -q update)
    message(STATUS "lwIP: downloading the source package, 1 MB")
    run(ok "${NEW_DIR}/debian" ${APT_GET} -c "${apt_dir}/apt.conf" -q --only-source --download-only
        source lwip)
    if(NOT ok)
        set(${problem_out} "Debian's source package could not be fetched" PARENT_SCOPE)
        return()
    endif()
    file(REMOVE_RECURSE "${KEPT_DIR}")
    file(RENAME "${NEW_DIR}/debian" "${KEPT_DIR}")
    set(${problem_out} "" PARENT_SCOPE)
endfunction()

# Puts `dir` in SOURCE_DIR's place, once its origin and pin are written down in it.
function(install dir origin pin)
    lwip_version("${dir}" version ignored)
    if(NOT version)
        fail(" ${origin}: what was fetched is not lwIP.\n See ${LOG}.")
        return()
    endif()
    file(WRITE "${dir}/.lwecho-origin" "${origin}\n${pin}\n")
    file(REMOVE_RECURSE "${SOURCE_DIR}")
    file(RENAME "${dir}" "${SOURCE_DIR}")
    file(REMOVE_RECURSE "${NEW_DIR}")
endfunction()

# Unpacks what KEPT_DIR holds. It was verified by apt when it came; a file may have changed since.
function(unpack_debian)
    set(tarball "${KEPT_DIR}/${DEBIAN_ORIG}")
    set(found "no such file")
    if(EXISTS "${tarball}")
        file(SHA256 "${tarball}" found)
    endif()
    if(NOT found STREQUAL DEBIAN_ORIG_SHA256)
        fail(" lwIP's tarball is not the one expected, and is not used:\n ${tarball}\n\
 SHA-256 expected: ${DEBIAN_ORIG_SHA256}\n SHA-256 found:    ${found}\n\
 Delete ${KEPT_DIR} to have it fetched anew.")
        return()
    endif()
    file(GLOB dsc "${KEPT_DIR}/lwip_*.dsc")
    list(LENGTH dsc count)
    set(ok FALSE)
    if(count EQUAL 1)
        file(MAKE_DIRECTORY "${NEW_DIR}")
        run(ok "${NEW_DIR}" ${DPKG_SOURCE} -x "${dsc}" "${NEW_DIR}/tree")
    endif()
    if(NOT ok)
        fail(" Debian's source package of lwIP could not be unpacked; see ${LOG}.\n\
 Delete ${KEPT_DIR} to have it fetched anew.")
        return()
    endif()
    string(REGEX REPLACE "^.*/lwip_(.*)\\.dsc$" "\\1" revision "${dsc}")
    install("${NEW_DIR}/tree" "Debian's source package ${revision}" "${DEBIAN_ORIG_SHA256}")
endfunction()

# Fetches the tag from one repository, and takes the pinned commit out of what came. The commit's id
# is the hash of its content.
# Sets `ok_out` to TRUE when NEW_DIR/tree holds it.
function(fetch_git url ok_out)
    set(${ok_out} FALSE PARENT_SCOPE)
    set(tree "${NEW_DIR}/tree")
    file(REMOVE_RECURSE "${tree}")
    run(ok "${NEW_DIR}" ${GIT} -c init.defaultBranch=main init -q "${tree}")
    if(ok)
        run(ok "${tree}" ${GIT} -c http.lowSpeedLimit=1000 -c http.lowSpeedTime=30 fetch -q
            --depth 1 "${url}" "refs/tags/${GIT_TAG}")
    endif()
    if(ok)
        run(ok "${tree}" ${GIT} -c core.autocrlf=false -c advice.detachedHead=false checkout -q
            "${GIT_COMMIT}")
    endif()
    set(${ok_out} ${ok} PARENT_SCOPE)
endfunction()

# Tries every repository. Sets `problem_out` to why all failed, or empty.
function(fetch_upstream problem_out)
    if(NOT GIT)
        set(${problem_out} "git is missing" PARENT_SCOPE)
        return()
    endif()
    file(MAKE_DIRECTORY "${NEW_DIR}")
    foreach(url IN LISTS GIT_URLS)
        message(STATUS "lwIP: asking ${url} for it")
        fetch_git("${url}" ok)
        if(ok)
            file(REMOVE_RECURSE "${NEW_DIR}/tree/.git")
            install("${NEW_DIR}/tree" "upstream's git, ${GIT_TAG}" "${GIT_COMMIT}")
            set(${problem_out} "" PARENT_SCOPE)
            return()
        endif()
    endforeach()
    set(${problem_out} "commit ${GIT_COMMIT} could not be fetched" PARENT_SCOPE)
endfunction()

# Sets `done_out` to TRUE when SOURCE_DIR is complete and of today's pins.
function(is_done done_out)
    set(${done_out} FALSE PARENT_SCOPE)
    if(EXISTS "${SOURCE_DIR}/.lwecho-origin")
        file(STRINGS "${SOURCE_DIR}/.lwecho-origin" origin)
        list(LENGTH origin lines)
        if(lines EQUAL 2)
            list(GET origin 1 pin)
            if(pin STREQUAL DEBIAN_ORIG_SHA256 OR pin STREQUAL GIT_COMMIT)
                set(${done_out} TRUE PARENT_SCOPE)
            endif()
        endif()
    endif()
endfunction()

function(main)
    is_done(done)
    if(done)
        return()
    endif()
    file(MAKE_DIRECTORY "${WORK_DIR}")
    file(REMOVE_RECURSE "${NEW_DIR}")
    file(REMOVE "${WORK_DIR}/error.txt")
    file(WRITE "${LOG}" "")
    find_program(APT_GET apt-get)
    find_program(DPKG_SOURCE dpkg-source)
    find_program(GIT git)

    if(NOT DPKG_SOURCE)
        set(apt_problem "dpkg-source (package dpkg-dev) is missing")
    elseif(NOT EXISTS "${KEPT_DIR}")
        fetch_debian(apt_problem)
    endif()
    if(NOT apt_problem)
        unpack_debian()
        return()
    endif()
    file(APPEND "${LOG}" "apt: ${apt_problem}\n")
    fetch_upstream(git_problem)
    if(git_problem)
        list(GET GIT_URLS 0 url)
        file(READ "${LOG}" log)
        string(REGEX REPLACE "\n+" "\n   " log "${log}")
        fail("${log}\n lwIP could not be fetched. The full output stands above and in ${LOG}.\n\
   apt: ${apt_problem}\n   git: ${git_problem}\n Three ways out:\n\
   apt sources: let apt's sources name a Debian mirror that can be reached, and\n\
                install dpkg-dev and debian-archive-keyring\n\
   git:         install git and let it reach ${url}\n\
   a directory: -DFETCHCONTENT_SOURCE_DIR_LWIP=DIR, the source tree of lwIP 2.2.1 or newer")
    endif()
endfunction()

main()
