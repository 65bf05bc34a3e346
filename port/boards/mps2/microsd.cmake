# SPDX-License-Identifier: BSD-3-Clause
# Makes the files that an MPS2 takes from its microSD card, and says what to do with them.
#
#     cmake -D IMAGE=PATH (without .elf) -D FPGA=AN385 -D ADDRESS=0x00000000 -P microsd.cmake
get_filename_component(folder ${IMAGE} DIRECTORY)
set(folder ${folder}/microsd)
file(REMOVE_RECURSE ${folder})
configure_file(${IMAGE}.elf ${folder}/SOFTWARE/lwecho.axf COPYONLY)
file(WRITE ${folder}/images.txt
    "TITLE: lwecho\r\n"
    "[IMAGES]\r\n"
    "TOTALIMAGES: 1\r\n"
    "IMAGE0ADDRESS: ${ADDRESS}\r\n"
    "IMAGE0FILE: \\SOFTWARE\\lwecho.axf\r\n")
message(NOTICE "\
1. Connect the MPS2 by USB and switch it on: its microSD card appears as a drive.
2. Copy ${folder}/SOFTWARE/lwecho.axf to SOFTWARE on that drive.
3. Copy ${folder}/images.txt to MB/HBI0263x/${FPGA} there; x is the revision printed on the board.
4. In MB/HBI0263x/board.txt, let APPFILE name the file of ${FPGA}.
5. Eject the drive and press ON/OFF. The console is the board's serial port, 115200 8N1.")
