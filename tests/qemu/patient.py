# SPDX-License-Identifier: BSD-3-Clause
# A board under a debugger, which breaks it at a place of the test's choice.

from debugger import Debugger
from device import DEADLINE_S
from host import run

GDB_PORT = 1234
PROGRAM_COUNTER = {"arm": 15, "riscv32": 32}  # as gdb counts registers
STACK_POINTER = {"arm": 13, "riscv32": 2}
NOWHERE = 0xF0000000  # on no board there is code
NVIC_ISPR0 = 0xE000E200
ETHERNET_IRQ = {"lm3s6965evb": 42, "mps2-an385": 13, "mps2-an500": 13, "mps2-an505": 48}
REGISTERS = r"( [a-z0-9_]+=0x[0-9a-f]+){4,}$"


class Patient:
    """A device and a debugger that breaks it. `cpu` is the name of its instruction set."""

    def __init__(self, cpu, device):
        self.cpu = cpu
        self.device = device
        self.debugger = Debugger(GDB_PORT)

    def set_program_counter(self, address):
        self.debugger.set_register(PROGRAM_COUNTER[self.cpu], address & ~1)  # the bit says Thumb

    def fault(self):
        self.set_program_counter(NOWHERE)

    def stack_move(self, address):
        self.debugger.set_register(STACK_POINTER[self.cpu], address)

    def store(self, address, value):
        """Lets the CPU write to a device, where QEMU takes nothing from a debugger."""
        code = self.device.symbols["stack_start"]
        numbers = [0, 1, PROGRAM_COUNTER["arm"]]
        kept = [self.debugger.register(number) for number in numbers]
        self.debugger.set_word(code, 0xBF006001)  # str r1, [r0]; nop
        for number, content in zip(numbers, [address, value, code]):
            self.debugger.set_register(number, content)
        self.debugger.run_to(code + 2)
        for number, content in zip(numbers, kept):
            self.debugger.set_register(number, content)

    def run_to(self, function):
        self.debugger.run_to(self.device.symbols[function] & ~1)

    def run_to_sleep(self):
        """To the WFI, before which it has looked for all that would keep it awake."""
        lines = run("arm-none-eabi-objdump", "-d", self.device.image).decode().splitlines()
        (line,) = [line for line in lines if line.endswith("\twfi")]
        wfi = int(line.split(":")[0], 16)
        self.debugger.run_to(wfi)
        return wfi

    def interrupt(self, machine):
        """Lets the interrupt of the Ethernet device be pending."""
        irq = ETHERNET_IRQ[machine]
        self.store(NVIC_ISPR0 + 4 * (irq // 32), 1 << irq % 32)

    def wait_end(self):
        assert self.device.process.wait(DEADLINE_S) == 1

    def wait_fault(self, what):
        self.device.log.wait(f"^fault: {what}{REGISTERS}")

    def wait_reset(self, mark):
        self.device.log.wait("^lwecho .* reset=", mark)
