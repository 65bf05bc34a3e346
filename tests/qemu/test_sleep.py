# SPDX-License-Identifier: BSD-3-Clause
# Sleep: nothing wakes the CPU needlessly, and nothing that should is slept over.

import pytest
from host import ip_json
from patient import ETHERNET_IRQ
from test_control import wakeups_while_idle

# A second at idle: one wake-up is for lwIP's timers, the others are SysTick's, which counts 2^24
# clocks and no more.
WAKEUPS_PER_S = {"lm3s6965evb": 3, "sifive_u": 1}
WAKEUPS_PER_S_MPS2 = 2
SYST_CSR = 0xE000E010


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


def test_an_interrupt_just_before_the_sleep_ends_it(patient, machine):
    """It comes when all is checked and WFI is next, and without a clock nothing else wakes."""
    if machine not in ETHERNET_IRQ:
        pytest.skip("QEMU's interrupt controller takes no interrupt from software")
    patient = patient(semihosting=False)
    wfi = patient.run_to_sleep()
    patient.store(SYST_CSR, 0)
    patient.interrupt(machine)
    patient.debugger.run_to(wfi + 2)
