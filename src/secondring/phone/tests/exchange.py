"""A telephone process without a desk, for tests of SIP: the real trunk, the real relay, somebody who picks up on command.

Commands come as JSON lines on standard input, what happened goes out the same way. Started in telephones.py.
"""

import asyncio
import json
import sys
import threading
from typing import Any

from secondring.lib import clock
from secondring.phone.legs import Arrival
from secondring.phone.media.ports import Places
from secondring.phone.media.relay import Relay
from secondring.phone.orders import Because, Sound
from secondring.phone.sip_accounts import Account

RESOLVED = {"127.0.0.1": ["127.0.0.1"]}


class Exchange:
    def __init__(self, loop: asyncio.AbstractEventLoop, options: dict[str, Any]) -> None:
        from secondring.phone.trunk import Trunks

        self.loop, self.media = loop, Relay(Places(), clock.now)
        self.lines: dict[str, Any] = {}
        self.sessions: dict[str, Any] = {}
        self.accounts = [_account(each) for each in options["accounts"]]
        self.trunks = Trunks(
            loop,
            [each for each in self.accounts if not each.registers],
            self.arrived,
            resolved=RESOLVED,
            address="127.0.0.1",
            port=options["port"],
            told=lambda *told: say("told", about=told),
        )

    def arrived(self, arrival: Arrival) -> None:
        call = str(len(self.sessions) + 1)
        say("arrived", call=call, number=arrival.to_number, caller=arrival.from_number, name=arrival.from_name)
        self.open(call, "caller", arrival.line)
        arrival.line.ringing()

    def open(self, call: str, leg: str, line: Any) -> None:
        def tell(happening: Any) -> None:
            say(type(happening).__name__, call=call, leg=happening.leg, digit=getattr(happening, "digit", ""))

        self.sessions.setdefault(call, self.media.session(call, tell))
        self.lines[f"{call}/{leg}"] = line
        line.attach(call, self.sessions[call], tell)

    async def do(self, what: str, call: str = "", leg: str = "caller", **words: Any) -> None:
        line, session = self.lines.get(f"{call}/{leg}"), self.sessions.get(call)
        if what in ("accept", "ring", "connect"):
            getattr(line, what)()
        elif what in ("hang_up", "reject"):
            getattr(line, what)(Because(words.get("because", "hung-up")))
        elif what == "dial":
            self.open(call, leg, self.trunks.telephone(leg, words["number"], shown=words.get("shown", "")))
            self.lines[f"{call}/{leg}"].ring()
        elif what == "bridge":
            session.bridge(leg, words["to"])
        elif what == "play":
            session.play(leg, Sound(words["sound"]))
        elif what == "stop":
            self.trunks.stopping = True
        elif what == "register":
            self.trunks.stack.soon(self.trunks.change, self.accounts, RESOLVED)
        elif what == "count":
            import resource

            used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            say("counted", strangers=self.trunks.stack.strangers, rss=used, in_use=self.trunks.in_use)


def _account(words: dict[str, Any]) -> Account:
    given: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in words.items()}
    return Account(**given)


def say(what: str, **words: Any) -> None:
    print(json.dumps({"what": what, **words}), flush=True)


async def serve(exchange: Exchange) -> None:
    await exchange.media.start()
    say("ready", port=exchange.trunks.stack.port)
    while line := await asyncio.to_thread(sys.stdin.readline):
        await exchange.do(**json.loads(line))
    await exchange.media.stop()
    exchange.trunks.stack.soon(exchange.trunks.stack.leave)


def main() -> None:
    loop = asyncio.new_event_loop()
    exchange = Exchange(loop, json.loads(sys.argv[1]))
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve(exchange)), daemon=True)
    thread.start()
    exchange.trunks.stack.run()
    thread.join(5)


if __name__ == "__main__":
    main()
