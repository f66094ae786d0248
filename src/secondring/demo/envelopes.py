"""From a line of a play to a letter: who wrote before, what is quoted, what is forwarded, how a machine would say it."""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import formataddr

from .enclosures import enclosure
from .layouts import LAYOUTS
from .letters import Address, Sheet, message_id
from .scripts import Script, Step


@dataclass(slots=True)
class Said:
    """What has been said so far in one play, as mail programs remember it."""

    sender: Address
    ids: list[str] = field(default_factory=list)
    quote: str = ""

    @property
    def last(self) -> str:
        return self.ids[-1] if self.ids else ""

    def hear(self, name: str) -> None:
        """They have written the letter of this Message-ID."""
        self.ids.append(name)

    def say(self, name: str, text: str, *, by: str, at: datetime) -> None:
        """We have answered."""
        self.ids.append(name)
        quoted = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
        self.quote = f"On {at:%a, %d %b %Y at %H:%M}, {by} at Harbour Row wrote:\n{quoted}"

    def reply_subject(self, subject: str) -> str:
        """The subject of whatever follows the first letter."""
        return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def sheet(script: Script, step: Step, said: Said, *, to: str, at: datetime, automatic: bool = False) -> Sheet:
    """The letter that this step puts in the post. automatic: a machine answers for its owner (RFC 3834)."""
    text = _forwarding(step) if "forwards" in step.options else step.text
    if step.options.get("quotes") == "yes":
        text = f"{text}\n\n{said.quote}"
    layout = step.options.get("html", "")
    subject = said.reply_subject(script.subject) if said.ids else script.subject
    return Sheet(
        sender=said.sender,
        to=[("", to)],
        subject=f"Automatic reply: {script.subject}" if automatic else subject,
        text=text,
        at=at,
        message_id=message_id(f"{script.key} {len(said.ids)} {step.deed}", said.sender[1].rpartition("@")[2]),
        html=LAYOUTS[layout](step.text) if layout else "",
        in_reply_to=said.last,
        references=list(said.ids),
        files=[enclosure(name) for name in listed(step.options.get("attach", ""))],
        headers=_headers(script, automatic),
        charset=step.options.get("charset", "utf-8"),
    )


def listed(names: str) -> list[str]:
    """The names between commas."""
    return [name.strip() for name in names.split(",") if name.strip()]


def _headers(script: Script, automatic: bool) -> dict[str, str]:
    if automatic:
        return {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    if script.machine == "newsletter":
        return {
            "List-Id": "Pressing Matters <news.pressingmatters.example>",
            "List-Unsubscribe": "<https://pressingmatters.example/leave>",
            "Precedence": "bulk",
        }
    return {}


def _forwarding(step: Step) -> str:
    """Their own first paragraph, then the letter they pass on, as mail programs set it apart."""
    own, _, passed_on = step.text.partition("\n\n")
    who, _, subject = step.options["forwards"].partition(" | ")
    name, _, address = who.partition(" <")
    head = f"From: {formataddr((name, address.rstrip('>')))}\nSubject: {subject}\nTo: Eileen"
    return f"{own}\n\n---------- Forwarded message ---------\n{head}\n\n{passed_on}"
