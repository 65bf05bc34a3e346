# SPDX-License-Identifier: BSD-3-Clause
# What `cmake --install build/sim --prefix DIR` puts where: the simulator with its manual page and
# completion, and the sources as a package for find_package(lwecho). lwIP is none of ours.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS lwecho RUNTIME)
install(FILES ${CMAKE_SOURCE_DIR}/sim/lwecho.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${CMAKE_SOURCE_DIR}/sim/completion.bash
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME lwecho)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(package ${CMAKE_INSTALL_DATADIR}/lwecho)
install(DIRECTORY app port sim cmake DESTINATION ${package} USE_SOURCE_PERMISSIONS
    PATTERN install.cmake EXCLUDE
    REGEX "/sim/(lwecho[.]1|completion[.]bash|run[.]sh|packages[.]sh)$" EXCLUDE
    PATTERN __pycache__ EXCLUDE)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/lwecho-config-version.cmake
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_BINARY_DIR}/lwecho-config-version.cmake DESTINATION ${package}/cmake)
