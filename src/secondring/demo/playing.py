"""The scripts are played: letters come in by the house's own way, and people take, answer, note and close, each at its moment."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr

from ..conversations import assigning, closing, drafting, junking, noting, replying, tagging
from ..conversations.models import Attachment, Conversation, Message
from ..lib import blobs
from ..mail import arriving, homes, keeping, understanding
from ..mail.models import IncomingEmail, Mailbox
from ..mail.ours import Ours
from ..team.models import Teammate
from . import envelopes, layouts
from .company import TAKES_IN, Company
from .enclosures import enclosure
from .letters import bounce_bytes, letter_bytes, message_id, stamped
from .scripts import Script, Step, span

BECAUSE = "550 5.1.1 The mailbox is not available"


@dataclass(slots=True)
class Stage:
    """Who and what the plays are played with."""

    company: Company
    mailboxes: Mapping[str, Mailbox]
    colleagues: Mapping[str, Teammate]
    now: datetime
    ours: Ours = field(default_factory=Ours.now)


@dataclass(slots=True)
class Play:
    """A script on the stage, and how far it has come."""

    script: Script
    stage: Stage
    said: envelopes.Said
    conversation: Conversation | None = None
    is_tagged: bool = False

    @property
    def mailbox(self) -> Mailbox:
        return self.stage.mailboxes[self.script.mailbox]

    @property
    def matter(self) -> Conversation:
        """The conversation, as it stands now."""
        assert self.conversation is not None, f"{self.script.key} has no conversation yet"
        self.conversation.refresh_from_db()
        return self.conversation

    def colleague(self, step: Step) -> Teammate:
        return self.stage.colleagues[step.who]


def play(scripts: Iterable[Script], stage: Stage) -> None:
    """Play all scripts at once, in the order of their moments, so that rows stand in the order in which things happened."""
    lines = []
    for script in scripts:
        each = Play(script, stage, envelopes.Said(_sender(script, stage)))
        lines += [(at, each, step) for at, step in zip(script.moments(stage.now), script.steps, strict=True)]
    for at, each, step in sorted(lines, key=lambda line: line[0]):
        DEEDS[step.deed](each, step, at)
        if step.deed != "letter" or step is each.script.steps[-1]:
            _tag(each, step, at)


def _sender(script: Script, stage: Stage) -> tuple[str, str]:
    person = stage.company.people.get(script.who)
    return (person.name, person.address) if person else parseaddr(script.who)


def _letter(play: Play, step: Step, at: datetime) -> None:
    sheet = envelopes.sheet(play.script, step, play.said, to=play.mailbox.address, at=at)
    row = _arrive(letter_bytes(sheet), play, at)
    play.said.hear(sheet.message_id)
    if row.became is not None:
        play.conversation = row.became.conversation


def _away(play: Play, step: Step, at: datetime) -> None:
    sheet = envelopes.sheet(play.script, step, play.said, to=play.mailbox.address, at=at, automatic=True)
    _arrive(letter_bytes(sheet), play, at)


def _bounce(play: Play, step: Step, at: datetime) -> None:
    last = play.matter.messages.letters().filter(from_us=True).last()
    assert last is not None, f"nothing of ours in {play.script.key} could bounce"
    _name, address = play.said.sender
    raw = bounce_bytes(play.mailbox.address, address, last.message_id, last.subject, at=at, because=BECAUSE)
    _arrive(raw, play, at)


def _arrive(raw: bytes, play: Play, at: datetime) -> IncomingEmail:
    raw = stamped(raw, play.said.sender[1], by=TAKES_IN, at=at, verdict=play.script.proof)
    row = keeping.keep(raw, play.mailbox, via=keeping.DEMO, at=at)
    return arriving.arrive(row, understanding.parse(row, play.stage.ours), at=at, ours=play.stage.ours)


def _reply(play: Play, step: Step, at: datetime) -> None:
    by, conversation = play.colleague(step), play.matter
    name = message_id(f"{play.script.key} {at:%Y%m%d%H%M%S} {step.text}", play.mailbox.domain)
    letter = replying.Letter(
        text=f"{step.text}\n\n-- \n{by.signature}",
        said=step.text,
        html=layouts.signed(step.text, by.signature),
        subject=play.said.reply_subject(play.script.subject),
        to=[play.said.sender],
        message_id=name,
        in_reply_to=play.said.last,
        references=list(play.said.ids),
        attachments=_enclosed(step, by, at),
    )
    message = replying.reply(conversation, letter, by=by, at=at)
    _send(message)
    play.said.say(name, step.text, by=by.first_name, at=at)


def _enclosed(step: Step, by: Teammate, at: datetime) -> list[Attachment]:
    return [
        Attachment.objects.create(
            added_by=by, sha256=blobs.keep(file.content), name=file.name, type=file.type, size=len(file.content), at=at
        )
        for file in map(enclosure, envelopes.listed(step.options.get("attach", "")))
    ]


def _send(message: Message) -> None:
    """It left when its ten seconds were over, and an answer to it will find home."""
    assert message.due_at is not None
    homes.enter(message.conversation, message.message_id)
    message.deliveries.update(sent_at=message.due_at, tries=1)


def _note(play: Play, step: Step, at: datetime) -> None:
    noting.note(play.matter, step.text, by=play.colleague(step), at=at, html=layouts.paragraphs(step.text))


def _draft(play: Play, step: Step, at: datetime) -> None:
    conversation = play.matter
    answers = conversation.messages.letters().filter(from_us=False).last()
    drafting.keep(
        conversation, "reply", by=play.colleague(step), at=at, html=layouts.paragraphs(step.text), answers=answers
    )


def _take(play: Play, step: Step, at: datetime) -> None:
    assigning.take(play.matter, by=play.colleague(step), at=at)


def _hand_over(play: Play, step: Step, at: datetime) -> None:
    assigning.hand_over(play.matter, to=play.stage.colleagues[step.rest], by=play.colleague(step), at=at)


def _release(play: Play, step: Step, at: datetime) -> None:
    assigning.release(play.matter, by=play.colleague(step), at=at)


def _pause(play: Play, step: Step, at: datetime) -> None:
    closing.pause(play.matter, until=play.stage.now + span(step.rest), by=play.colleague(step), at=at)


def _close(play: Play, step: Step, at: datetime) -> None:
    closing.close(play.matter, by=play.colleague(step), at=at)


def _junk(play: Play, step: Step, at: datetime) -> None:
    junking.junk(play.matter, by=play.colleague(step), at=at)


def _tag(play: Play, step: Step, at: datetime) -> None:
    """Whoever touches it first files it; what nobody has touched, the founder has read."""
    if play.is_tagged or play.conversation is None:
        return
    play.is_tagged = True
    by = play.stage.colleagues.get(step.who) or next(iter(play.stage.colleagues.values()))
    for name in play.script.tags:
        tagging.tag(play.conversation, name, by=by, at=at)


DEEDS: dict[str, Callable[[Play, Step, datetime], None]] = {
    "letter": _letter, "away": _away, "bounce": _bounce, "reply": _reply, "note": _note, "draft": _draft,
    "take": _take, "hand_over": _hand_over, "release": _release, "pause": _pause, "close": _close, "junk": _junk,
}  # fmt: skip
