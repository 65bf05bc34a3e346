# SPDX-License-Identifier: BSD-3-Clause
# Faults: registers are printed, and it ends in any case. QEMU then ends with exit code 1; where
# nobody takes that, or where the report of the fault fails as well, the device is reset. And what
# the start after it says.

import pytest
from patient import ETHERNET_IRQ

NO_STACK = 0x70000000  # nor here RAM or a device, such as a watchdog
REGISTERS = r"( [a-z0-9_]+=0x[0-9a-f]+){4,}$"
RESET_CAUSES = {  # the register that tells them, what is in it, and what is said of it
    "lm3s6965evb": (
        0x400FE05C,
        {
            0: "unknown",
            1 << 0: "external",
            1 << 0 | 1 << 1: "power-on",
            1 << 2: "brown-out",
            1 << 3: "watchdog",
            1 << 4: "software",
            1 << 5: "LDO",
        },
    ),
    "mps2-an505": (0x50021100, {0: "unknown", 1: "power-on", 2: "watchdog", 4: "watchdog"}),
    "sifive_u": (None, {None: "software"}),  # which a mark in the memory tells
}
CHECKSUMS = ["checksum_sum", "lwip_standard_chksum"]  # whichever the board has
RETURN_0 = {"arm": 0x47702000, "riscv32": 0x80824501}  # two instructions
CMSDK_UART_CTRL = {  # where a register can stop the UART
    "mps2-an385": 0x40004008,
    "mps2-an500": 0x40004008,
    "mps2-an505": 0x50200008,
}


def test_a_fault_prints_registers_and_ends_it(patient):
    patient = patient()
    patient.fault()
    patient.debugger.go_on()
    patient.wait_end()
    patient.wait_fault("cpu")


def test_a_stack_that_is_nowhere_is_told(patient):
    patient = patient()
    patient.stack_move(NO_STACK)
    patient.debugger.go_on()
    patient.wait_end()
    patient.wait_fault("stack overflow")


def test_a_function_that_runs_out_of_stack_is_told(patient, machine):
    if machine == "lm3s6965evb":
        pytest.skip("QEMU's takes writes to where nothing is")
    patient = patient()
    patient.run_to("ip4_output_if_src")
    patient.stack_move(patient.device.symbols["stack_start"] + 8)
    patient.debugger.go_on()
    patient.wait_end()
    patient.wait_fault("stack overflow")


def test_an_interrupt_that_runs_out_of_stack_is_told(patient, machine):
    if machine not in ETHERNET_IRQ:
        pytest.skip("its interrupts have a stack of their own")
    patient = patient()
    patient.run_to_sleep()
    patient.interrupt(machine)
    patient.stack_move(patient.device.symbols["stack_start"] + 8)
    patient.debugger.go_on()
    patient.wait_end()
    patient.wait_fault("stack overflow")


def test_a_fault_is_a_reset_where_nobody_takes_the_exit_code(patient):
    patient = patient(semihosting=False)
    mark = patient.device.log.mark()
    patient.fault()
    patient.debugger.go_on()
    patient.wait_reset(mark)
    patient.wait_fault("cpu")


@pytest.mark.parametrize("first", ["code", "stack"])
def test_a_fault_while_one_is_reported_is_a_reset(first, patient):
    patient = patient()
    mark = patient.device.log.mark()
    if first == "code":
        patient.fault()
    else:
        patient.stack_move(NO_STACK)
    patient.run_to("console_flush")
    patient.fault()
    patient.debugger.go_on()
    patient.wait_reset(mark)


def test_a_uart_that_takes_nothing_delays_the_end_but_does_not_prevent_it(patient, machine):
    if machine not in CMSDK_UART_CTRL:
        pytest.skip("QEMU's UART of this board takes everything at once")
    patient = patient()
    patient.store(CMSDK_UART_CTRL[machine], 0)
    mark = patient.device.log.mark()
    patient.fault()
    patient.debugger.go_on()
    patient.wait_end()
    assert not patient.device.log.since(mark)


def test_says_why_it_was_reset(patient, machine):
    """QEMU resets all of a machine alike, so the causes are put where silicon leaves them."""
    if machine not in RESET_CAUSES:
        pytest.skip("QEMU does not have this board's register")
    register, causes = RESET_CAUSES[machine]
    patient = patient(semihosting=False)
    for cause, name in causes.items():
        mark = patient.device.log.mark()
        patient.fault()
        patient.run_to("firmware_start")
        if register is not None:
            patient.store(register, cause)
            patient.set_program_counter(patient.device.symbols["firmware_start"])
        patient.debugger.go_on()
        patient.device.log.wait(f"^lwecho .* reset={name}$", mark)
        patient.debugger.stop()


def test_a_checksum_that_is_wrong_keeps_it_from_serving(patient):
    patient = patient(semihosting=False)
    symbols = patient.device.symbols
    checksum = next(symbols[name] for name in CHECKSUMS if name in symbols)
    patient.fault()
    patient.run_to("firmware_start")
    mark = patient.device.log.mark()
    patient.debugger.set_word(checksum & ~1, RETURN_0[patient.cpu])
    patient.debugger.go_on()
    patient.device.log.wait("^board: failed part=checksum ", mark)
    assert not any(line.startswith("tcp: serving") for line in patient.device.log.since(mark))
