# SPDX-License-Identifier: BSD-3-Clause
# Sleep: nothing wakes the CPU needlessly, and nothing that should is slept over.

import pytest
from host import echo
from patient import ETHERNET_IRQ
from test_control import assert_sleeps

# A second at idle: one wake-up is for lwIP's timers, the others are SysTick's, which counts 2^24
# clocks and no more.
WAKEUPS_PER_S = {"lm3s6965evb": 3, "sifive_u": 1}
WAKEUPS_PER_S_MPS2 = 2
WAKEUPS_PER_S_TCP = 4  # with connections: lwIP's TCP timer
SYST_CSR = 0xE000E010


def test_only_its_clock_and_lwip_wake_it_at_idle(start, host, machine, limits):
    device = start(ip6=None if limits.ipv6 else "off")
    assert_sleeps(device, WAKEUPS_PER_S.get(machine, WAKEUPS_PER_S_MPS2))
    echo(host.connect(device))
    assert_sleeps(device, WAKEUPS_PER_S_TCP)


def test_an_interrupt_just_before_the_sleep_ends_it(patient, machine):
    """It comes when all is checked and WFI is next, and without a clock nothing else wakes."""
    if machine not in ETHERNET_IRQ:
        pytest.skip("QEMU's interrupt controller takes no interrupt from software")
    patient = patient(semihosting=False)
    wfi = patient.run_to_sleep()
    patient.store(SYST_CSR, 0)
    patient.interrupt(machine)
    patient.debugger.run_to(wfi + 2)
