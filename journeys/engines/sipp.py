"""SIPp as a provider's switch: it plays a scenario, message by message, and fails when the other side says anything else."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from secondring.phone.tests.telephones import free_port

LONGEST = 60  # seconds of a run
HEAD = """{method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}
From: "Ana" <sip:+15551234@[local_ip]:[local_port]>;tag=[pid]t[call_number]
To: <sip:[service]@[remote_ip]>{peer}
Call-ID: [call_id]
CSeq: {number} {method}
Contact: <sip:+15551234@[local_ip]:[local_port]>
Max-Forwards: 70
{more}Content-Length: [len]

{body}"""
SOUND = """v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
"""


@dataclass(frozen=True)
class Says:
    """A request of theirs. `number`: its CSeq; `peer`: does it belong to the dialog?

    branch: `[branch-4]` for a request that goes with the one four steps before (CANCEL, and the ACK of a refusal).
    """

    method: str
    number: int = 1
    body: str = ""
    peer: bool = True
    branch: str = "[branch]"


@dataclass(frozen=True)
class Hears:
    """What must come: an answer by its code, or a request by its name."""

    what: str
    optional: bool = False


@dataclass(frozen=True)
class Waits:
    """Milliseconds."""

    time: int


Step = Says | Hears | Waits
RINGS: tuple[Step, ...] = (
    Says("INVITE", body=SOUND, peer=False),
    Hears("100", optional=True),
    Hears("180", optional=True),
)
PICKED_UP: tuple[Step, ...] = (*RINGS, Hears("200"), Says("ACK"))
HANGS_UP: tuple[Step, ...] = (Says("BYE", 2), Hears("200"))


def scenario(steps: Sequence[Step]) -> str:
    """In SIPp's own words."""
    return f'<?xml version="1.0"?>\n<scenario name="journey">\n{"".join(map(_written, steps))}</scenario>\n'


def _written(step: Step) -> str:
    if isinstance(step, Waits):
        return f'<pause milliseconds="{step.time}"/>\n'
    if isinstance(step, Hears):
        kind = f'response="{step.what}"' if step.what.isdigit() else f'request="{step.what}"'
        recv = f"<recv {kind}{' optional=' + chr(34) + 'true' + chr(34) if step.optional else ''}/>\n"
        return recv if step.what.isdigit() else recv + _reply()
    more = "Content-Type: application/sdp\n" if step.body else ""
    text = HEAD.format(
        method=step.method,
        peer="[peer_tag_param]" if step.peer else "",
        number=step.number,
        branch=step.branch,
        more=more,
        body=step.body,
    )
    again = "" if step.method == "ACK" else ' retrans="500"'
    return f"<send{again}><![CDATA[\n{text}\n]]></send>\n"


def _reply() -> str:
    lines = (
        "SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n\n"
    )
    return f"<send><![CDATA[\n{lines}\n]]></send>\n"


def played(
    program: Path, folder: Path, steps: Sequence[Step], *, port: int, number: str, calls: int = 1, lost: int = 0
) -> subprocess.CompletedProcess[str]:
    """Play it against that port of this machine, `calls` times, one after the other. Exit code 0: all went as written.

    lost: percent of messages, each way, that SIPp throws away.
    """
    file = folder / "scenario.xml"
    file.write_text(scenario(steps))
    words = [
        str(program), f"127.0.0.1:{port}", "-sf", str(file), "-s", number, "-i", "127.0.0.1", "-p", str(free_port()),
        "-m", str(calls), "-l", "1", "-r", "10", "-timeout", f"{LONGEST}s", "-timeout_error", "-nostdin",
        "-recv_timeout", "20000", *(["-lost", str(lost)] if lost else []),
    ]  # fmt: skip
    return subprocess.run(words, cwd=folder, timeout=LONGEST + 20, capture_output=True, text=True, check=False)
