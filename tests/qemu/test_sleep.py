# SPDX-License-Identifier: BSD-3-Clause
# Sleep: nothing wakes the CPU needlessly, and nothing that should is slept over.

import pytest
from host import ip_json, run
from test_control import wakeups_while_idle

# A second at idle: one wake-up is for lwIP's timers, the others are SysTick's, which counts 2^24
# clocks and no more.
WAKEUPS_PER_S = {"lm3s6965evb": 3, "sifive_u": 1}
WAKEUPS_PER_S_MPS2 = 2
SYST_CSR = 0xE000E010
NVIC_ISPR0 = 0xE000E200
ETHERNET_IRQ = {"lm3s6965evb": 42, "mps2-an385": 13, "mps2-an500": 13, "mps2-an505": 48}


def frames_sent(device):
    """To the device by the host, which now and then asks for routers and the like."""
    return ip_json("-s", "link", "show", device.tap)[0]["stats64"]["tx"]["packets"]


def test_only_its_clock_and_lwip_wake_it_at_idle(start, machine, limits):
    device = start(ip6=None if limits.ipv6 else "off")
    before = frames_sent(device)
    wakeups, seconds = wakeups_while_idle(device)
    frames = frames_sent(device) - before
    print(f"sleep: {wakeups} wake-ups in {seconds:.1f} s with {frames} frames")
    per_s = WAKEUPS_PER_S.get(machine, WAKEUPS_PER_S_MPS2)
    assert wakeups <= per_s * seconds + 2 + 2 * frames


def address_of_wfi(image):
    lines = run("arm-none-eabi-objdump", "-d", image).decode().splitlines()
    (line,) = [line for line in lines if line.endswith("\twfi")]
    return int(line.split(":")[0], 16)


def test_an_interrupt_just_before_the_sleep_ends_it(patient, machine):
    """It comes when all is checked and WFI is next, and without a clock nothing else wakes."""
    if machine not in ETHERNET_IRQ:
        pytest.skip("QEMU's interrupt controller takes no interrupt from software")
    irq = ETHERNET_IRQ[machine]
    patient = patient(semihosting=False)
    patient.debugger.run_to(address_of_wfi(patient.device.image))
    patient.store(SYST_CSR, 0)
    patient.store(NVIC_ISPR0 + 4 * (irq // 32), 1 << irq % 32)
    patient.run_to("random_stir")  # which follows a sleep
