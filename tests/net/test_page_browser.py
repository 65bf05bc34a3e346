# SPDX-License-Identifier: BSD-3-Clause
# The device's own page, as Chromium shows it.

import struct

import pytest
from browser import Browser
from host import echo

SIZES = {"phone": (390, 844), "desktop": (1280, 860)}

# What reaches beyond the window, or is cut, at the width there is.
TOO_WIDE = """
[...document.querySelectorAll('body *')].filter(e => e.getClientRects().length &&
  (e.getBoundingClientRect().right > innerWidth + 1 || e.scrollWidth > e.clientWidth + 1 &&
   getComputedStyle(e).display !== 'inline')).map(e => e.outerHTML.slice(0, 100))
"""


@pytest.fixture
def browser():
    browser = Browser()
    yield browser
    browser.close()


def colours_of(browser):
    return browser.evaluate("getComputedStyle(document.body).backgroundColor")


def test_page_is_live_readable_and_alone(device, host, browser, tmp_path):
    url = f"http://{device.address[4]}/"
    sock = host.connect(device)
    echo(sock, bytes(1000))
    browser.resize(*SIZES["phone"])
    browser.open(url)
    browser.until("document.getElementById('state')?.innerText === 'live'")
    assert browser.evaluate("document.title") == "lwecho"

    peer = "%s:%d" % sock.getsockname()[:2]
    assert peer in browser.text("connections")
    assert device.address[4] in browser.text("addresses")
    pools = browser.text("pools")
    assert "TCP_PCB" in pools and "RX" in pools

    # What it shows moves on by itself.
    before = browser.text("facts")
    echo(sock, bytes(5000))
    browser.until("document.getElementById('connections').innerText.includes('6.0')")
    browser.until(f"document.getElementById('facts').innerText !== {before!r}")
    sock.close()
    browser.until("document.getElementById('connections').innerText === 'none open'")

    pictures = {}
    for name, (width, height) in SIZES.items():
        for dark in (False, True):
            browser.resize(width, height, dark=dark)
            browser.until(f"innerWidth === {width}")
            assert browser.evaluate(TOO_WIDE) == []
            png = browser.picture(tmp_path / f"{name}{dark}.png")
            assert struct.unpack("!II", png[16:24]) == (width, height)
            pictures[colours_of(browser)] = png
    assert len(pictures) == 2, "light and dark"

    requests = [told["request"]["url"] for told in browser.told("Network.requestWillBeSent")]
    assert {*requests} <= {"about:blank", url, url + "stats.json", "data:,"}, requests
    assert browser.told("Runtime.exceptionThrown") == []
    assert browser.told("Runtime.consoleAPICalled") == []
    assert browser.told("Log.entryAdded") == []
    browser.resize(200, 844)
    assert browser.evaluate(TOO_WIDE) != [], "this is how too much is told"
    browser.open("about:blank")


def test_page_says_that_the_device_is_gone(simulator, start, browser, devices):
    device = start()
    browser.open(f"http://{device.address[4]}/")
    browser.until("document.getElementById('state')?.innerText === 'live'")
    device.kill()
    devices.clear()
    browser.until("document.getElementById('state').innerText === 'no answer'")
    assert browser.told("Log.entryAdded"), "this is how trouble is told"
    device = start()
    browser.until("document.getElementById('state').innerText === 'live'")
    browser.open("about:blank")
