# SPDX-License-Identifier: BSD-3-Clause
# A headless Chromium, by its DevTools protocol over a pair of pipes.

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

from device import DEADLINE_S


class Browser:
    """One tab, with a profile of its own that goes with it. `events` are all that it told."""

    def __init__(self):
        self.profile = tempfile.mkdtemp()
        to_browser, self._to = os.pipe()
        self._from, from_browser = os.pipe()
        arguments = [
            "chromium", "--headless", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu",
            "--hide-scrollbars", "--disable-background-networking", "--disable-sync", "--no-pings",
            "--disable-component-update", "--disable-dev-shm-usage", "--no-first-run",
            f"--user-data-dir={self.profile}", "about:blank",
        ]
        # It reads from 3 and writes to 4.
        line = 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"'
        self.process = subprocess.Popen(
            ["bash", "-c", line, "bash", str(to_browser), str(from_browser), *arguments],
            pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=os.environ | {"HOME": self.profile},
        )
        os.close(to_browser)
        os.close(from_browser)
        self.events = []
        self._buffer = b""
        self._number = 0
        self._session = None
        tab = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        for part in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{part}.enable")

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self._to)
        os.close(self._from)
        shutil.rmtree(self.profile, ignore_errors=True)

    def _message(self):
        """The next thing it says."""
        while b"\0" not in self._buffer:
            assert select.select([self._from], [], [], DEADLINE_S)[0], "the browser says nothing"
            piece = os.read(self._from, 1 << 20)
            assert piece, "the browser is gone"
            self._buffer += piece
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        """Asks for something; returns what it answers."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while (answer := self._message()).get("id") != self._number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def told(self, method):
        """The events of that name."""
        return [event["params"] for event in self.events if event.get("method") == method]

    def open(self, url):
        self.call("Page.navigate", url=url)

    def resize(self, width, height, scale=1, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=scale, mobile=width < 600)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def until(self, expression):
        """Waits until the expression is true."""
        deadline = time.monotonic() + DEADLINE_S
        while not (value := self.evaluate(expression)):
            assert time.monotonic() < deadline, f"never: {expression}"
            time.sleep(0.05)
        return value

    def text(self, element):
        return self.evaluate(f"document.getElementById('{element}').innerText")

    def picture(self, path):
        """Writes what it shows to a PNG file; returns its octets."""
        png = base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])
        with open(path, "wb") as file:
            file.write(png)
        return png
