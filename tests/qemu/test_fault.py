# SPDX-License-Identifier: BSD-3-Clause
# Faults: registers are printed, and it ends in any case. QEMU then ends with exit code 1; where
# nobody takes that, or where the report of the fault fails as well, the device is reset.

import pytest
from debugger import Debugger
from device import DEADLINE_S

GDB_PORT = 1234
PROGRAM_COUNTER = {"arm": 15, "riscv32": 32}  # as gdb counts registers
STACK_POINTER = {"arm": 13, "riscv32": 2}
NOWHERE = 0xF0000000  # on no board there is code,
NO_STACK = 0x40000000  # nor below here RAM
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
CMSDK_UART_CTRL = {  # where a register can stop the UART
    "mps2-an385": 0x40004008,
    "mps2-an500": 0x40004008,
    "mps2-an505": 0x50200008,
}


class Patient:
    """A device and a debugger that breaks it. `cpu` is the name of its instruction set."""

    def __init__(self, cpu, device):
        self.cpu = cpu
        self.device = device
        self.debugger = Debugger(GDB_PORT)

    def fault(self):
        self.debugger.set_register(PROGRAM_COUNTER[self.cpu], NOWHERE)

    def stack_move(self, address):
        self.debugger.set_register(STACK_POINTER[self.cpu], address)

    def store(self, address, value):
        """Lets the CPU write to a device, where QEMU takes nothing from a debugger."""
        code = self.device.symbols["stack_start"]
        self.debugger.set_word(code, 0xBF006001)  # str r1, [r0]; nop
        self.debugger.set_register(0, address)
        self.debugger.set_register(1, value)
        self.debugger.set_register(PROGRAM_COUNTER["arm"], code)
        self.debugger.run_to(code + 2)

    def run_to(self, function):
        self.debugger.run_to(self.device.symbols[function] & ~1)  # the bit that says Thumb

    def restart(self):
        self.debugger.set_register(
            PROGRAM_COUNTER[self.cpu], self.device.symbols["firmware_start"] & ~1
        )

    def wait_end(self):
        assert self.device.process.wait(DEADLINE_S) == 1

    def wait_fault(self, what):
        self.device.log.wait(f"^fault: {what}{REGISTERS}")

    def wait_reset(self, mark):
        self.device.log.wait("^lwecho .* reset=", mark)


@pytest.fixture
def machine(qemu):
    """As QEMU calls the board."""
    return qemu[qemu.index("-M") + 1]


@pytest.fixture
def patient(qemu, start, host):
    """Starts the device with options, stopped. What goes on is woken by a frame."""
    patients = []

    def start_patient(**options):
        device = start(gdb=f"tcp:127.0.0.1:{GDB_PORT}", **options)
        patients.append(Patient(qemu[0].split("-")[-1], device))
        host.udp(device).send(b"wakes it")
        return patients[-1]

    yield start_patient
    for patient in patients:
        patient.debugger.close()
        patient.device.kill()


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


def test_a_stack_that_grows_past_its_end_is_told(patient):
    """By a function that needs more than is left of it."""
    patient = patient()
    patient.run_to("ip4_output_if_src")
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
            patient.restart()
        patient.run_to("random_stir")  # which comes after the first lines
        patient.device.log.wait(f"^lwecho .* reset={name}$", mark)
