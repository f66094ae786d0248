"""What the web process and the phone process say to each other: small JSON objects `{to, what, call, body}`, one a line.

`to` is the party at the browsers' end, whichever way the frame goes: `desk-12` all tabs of teammate 12, `desk-12/k3f9` one
of them, `visitor-x` a customer on the 'Call us' page, "" everybody. `call` is the call's key.

From the phone process:

    hello                         it is there; the web process answers with a `here` for every tab
    beat                          it is still there (every 0.7 s)
    mine    {calls: [...]}        everything one teammate's tab must know, whenever a tab says `here`
    ring    {caller, began, cadence, by}    it rings here; `by`: the colleague who passes the call on, else null
    who     {caller}              by now we know better who calls
    rings   {who: [12, 14]}       at whose desks and telephones it rings now
    stands  {held, asks, there, first, tape}   how the talk stands (standings.Standing)
    silent  {by}                  it rings no more here; by: the teammate who has it, null for nobody
    picked  {tab, since}          one of your tabs picked up; the others are silent
    dialled {caller, began, cadence}    you call somebody; picked follows, and says in which tab
    offer   {sdp, servers}        to the tab that answered: bring up your sound (servers: turn.servers)
    gone    {because}             the call is over for you (orders.Because)
    ringing {began, cadence}      to a visitor: it rings; or at once `refused {because}`
    recorded {tape}               to a visitor: whether the talk is recorded (call_state.Taping)
    with    {who}                 to a visitor: this teammate picks up; then `answer {sdp}`, in the end `gone`

From the web process:

    here    {}   away {}          a tab is open, a tab is gone; the last one gone means that nobody is at that desk
    rang    answer   decline   hang-up   hold   resume   join   back      what a tab did; `back` wants its sound after a reload
    dial                          a tab asks for the call that the desk allowed; `call` is its key
    stop-recording   delete-recording     record no more; and let go what was recorded of this call
    sdp     {sdp}                 the answer to our offer
    keys    {keys: "5"}           pressed for the machine at the other end: 0-9 * # A-D, up to 32, sent one after the other
    transfer {to: 14, first: true}   give the call to a colleague; first: talk with them before the customer does
    invite  {sdp, name, number, place, customer}   a visitor calls; `call` is ""
"""

import json
from dataclasses import dataclass, field
from typing import Any

LARGEST = 65_536  # bytes of one frame; an SDP with many addresses has 10,000
BEAT = 0.7  # seconds between two signs of life
SILENCE = 1.8  # seconds without any, and the link counts as lost


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing said. See the list above."""

    to: str
    what: str
    call: str = ""
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def party(self) -> str:
        """The leg, without the tab.

        >>> Frame("desk-12/k3f9", "answer").party, Frame("desk-12/k3f9", "answer").tab
        ('desk-12', 'k3f9')
        """
        return self.to.partition("/")[0]

    @property
    def tab(self) -> str:
        return self.to.partition("/")[2]


def dump(frame: Frame) -> bytes:
    """One line."""
    said = {"to": frame.to, "what": frame.what, "call": frame.call, "body": frame.body}
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def load(line: bytes) -> Frame:
    """Raises ValueError for anything that is no frame."""
    said = json.loads(line)
    if not isinstance(said, dict):
        raise ValueError("a frame is an object")
    to, what, call, body = said.get("to"), said.get("what"), said.get("call", ""), said.get("body", {})
    if not (isinstance(to, str) and isinstance(what, str) and isinstance(call, str) and isinstance(body, dict)):
        raise ValueError("a frame is {to, what, call, body}")
    return Frame(to, what, call, body)
