# SPDX-License-Identifier: BSD-3-Clause
# A fault: its registers are printed, and QEMU ends with exit code 1.

import pytest
from debugger import Debugger
from device import DEADLINE_S

GDB_PORT = 1234
PROGRAM_COUNTER = {"arm": 15, "riscv32": 32}  # as gdb counts registers
STACK_POINTER = {"arm": 13, "riscv32": 2}
NOWHERE = 0xF0000000  # on no board there is code,
NO_STACK = 0x40000000  # nor below here RAM


@pytest.mark.parametrize(
    "register, value, what",
    [(PROGRAM_COUNTER, NOWHERE, "cpu"), (STACK_POINTER, NO_STACK, "stack overflow")],
    ids=["code", "stack"],
)
def test_a_fault_prints_registers_and_ends_it(register, value, what, qemu, start, host):
    device = start(gdb=f"tcp:127.0.0.1:{GDB_PORT}")
    debugger = Debugger(GDB_PORT)
    debugger.set_register(register[qemu[0].split("-")[-1]], value)
    debugger.go_on()
    host.udp(device).send(b"wakes it")
    try:
        assert device.process.wait(DEADLINE_S) == 1
        device.log.wait(f"^fault: {what}( [a-z0-9_]+=0x[0-9a-f]+){{4,}}$")
    finally:
        debugger.close()
        device.kill()
