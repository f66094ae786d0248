"""The distribution's Firefox over WebDriver BiDi, which it speaks without a driver: a small client with real keys and clicks."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from websockets.sync.client import connect

from journeys.engines.process import Server, private_folder

PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "remote.active-protocols": 1,
    "services.settings.server": "data:,",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004", "ArrowDown": "\ue015", "ArrowUp": "\ue013"}


class FirefoxError(RuntimeError):
    """What Firefox answered when it could not do as asked."""


class Firefox:
    """One tab. Elements are named by CSS selectors; a click is a click at the element's middle, a key is a key."""

    def __init__(self, address: str) -> None:
        self._lines = contextlib.ExitStack()
        self._socket = self._lines.enter_context(connect(address, max_size=None, open_timeout=20, proxy=None))
        self._ids = itertools.count(1)
        self.troubles: list[str] = []
        self.command("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        self.command("session.subscribe", events=["log.entryAdded"])
        self.tab = self.command("browsingContext.getTree", maxDepth=0)["contexts"][0]["context"]

    def command(self, method: str, **params: Any) -> Any:
        """One BiDi command; events that arrive meanwhile are noted. Raises FirefoxError with its reason."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.troubles.append(answer["params"]["text"])
            if answer.get("id") != number:
                continue
            if answer["type"] == "error":
                raise FirefoxError(f"{method}: {answer['error']}: {answer['message']}")
            return answer["result"]

    def open(self, url: str) -> None:
        """Goes there and waits until the page has loaded."""
        self.command("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def back(self) -> None:
        self.command("browsingContext.traverseHistory", context=self.tab, delta=-1)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression that can be written as JSON; a promise is waited for."""
        answer = self.command(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self.tab},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise FirefoxError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"]) if answer["result"]["type"] == "string" else None

    def wait_for(self, expression: str, *, within: float = 15.0) -> Any:
        """The expression's value, once it is true."""
        deadline = time.monotonic() + within
        while not (value := self.evaluate(expression)):
            if time.monotonic() > deadline:
                raise FirefoxError(
                    f"{expression} was not true within {within:g} s; the page says: {self.text('body')[:400]}"
                )
            time.sleep(0.05)
        return value

    def text(self, selector: str) -> str:
        """The words a person reads in the first such element."""
        return str(self.evaluate(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    def click(self, selector: str) -> None:
        element = self._element(selector)
        origin = {"type": "element", "element": element}
        steps = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._perform({"type": "pointer", "id": "mouse", "actions": steps})

    def type(self, selector: str, text: str) -> None:
        """Clicks into the field and types, letter by letter."""
        self.click(selector)
        self.press(*text)

    def press(self, *keys: str) -> None:
        """Presses keys one after the other: letters, or names such as Enter."""
        steps = [{"type": kind, "value": KEYS.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")]
        self._perform({"type": "key", "id": "keyboard", "actions": steps})

    def screenshot(self, path: Path) -> None:
        answer = self.command("browsingContext.captureScreenshot", context=self.tab)
        path.write_bytes(base64.b64decode(answer["data"]))

    def resize(self, width: int, height: int) -> None:
        self.command("browsingContext.setViewport", context=self.tab, viewport={"width": width, "height": height})

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.command("browser.close")
        self._lines.close()

    def _element(self, selector: str) -> dict[str, str]:
        self.wait_for(f"!!document.querySelector({json.dumps(selector)})")
        self.evaluate(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})")
        found = self.command(
            "browsingContext.locateNodes", context=self.tab, locator={"type": "css", "value": selector}, maxNodeCount=1
        )
        return {"sharedId": found["nodes"][0]["sharedId"]}

    def _perform(self, source: dict[str, Any]) -> None:
        self.command("input.performActions", context=self.tab, actions=[source])


def who_hums(pitch: int) -> dict[str, Any]:
    """Preferences of a Firefox whose microphone hears one note (hertz) and may be opened; calls stay on this machine."""
    return {
        "media.autoplay.blocking_policy": 0,
        "media.autoplay.default": 0,
        "media.cubeb.force_mock_context": True,  # a loudspeaker, on a machine that has none
        "media.navigator.audio.fake_frequency": pitch,
        "media.navigator.permission.disabled": True,
        "media.navigator.streams.fake": True,
        "media.peerconnection.ice.loopback": True,
        "media.peerconnection.ice.obfuscate_host_addresses": False,
    }


@contextmanager
def firefox_browser(program: Path, preferences: Mapping[str, Any] = MappingProxyType({})) -> Iterator[Firefox]:
    """One Firefox with a fresh profile, headless, while the block lasts. preferences: more of them, as in about:config."""
    with private_folder("firefox") as folder:
        profile = folder / "profile"
        profile.mkdir(mode=0o777)
        profile.chmod(0o777)
        said_first = {**PREFERENCES, **preferences}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in said_first.items()]
        (profile / "user.js").write_text("\n".join(lines))
        argv: list[str | Path] = [
            program,
            "--headless",
            "--no-remote",
            "--profile",
            profile,
            "--remote-debugging-port",
            "0",
            "about:blank",
        ]
        with Server(argv, folder=folder, name="firefox", env={"MOZ_CRASHREPORTER_DISABLE": "1"}) as server:
            said = profile / "WebDriverBiDiServer.json"
            server.wait_until(said.exists, within=60, what="open its BiDi port")
            where = json.loads(said.read_text())
            firefox = Firefox(f"ws://{where['ws_host']}:{where['ws_port']}/session")
            try:
                yield firefox
            finally:
                firefox.close()
