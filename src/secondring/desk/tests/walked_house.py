"""A house with two mailboxes, each with its own people, in which every word, name and file says whose it is."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from secondring import testing as t
from secondring.conversations import (
    assigning,
    closing,
    drafting,
    junking,
    noting,
    nudging,
    outbox,
    receiving,
    replying,
    tagging,
)
from secondring.conversations.models import Attachment, Conversation, Draft, Event, Message
from secondring.customers import remembering
from secondring.customers.models import Customer, Work
from secondring.lib import blobs, clock
from secondring.mail.models import IncomingEmail, Mailbox
from secondring.phone import recording
from secondring.phone.models import Call, PlaceWords, Recording
from secondring.team.models import Teammate


@dataclass(frozen=True)
class Side:
    """One mailbox and all that was ever said there. Every word of it holds `word`."""

    word: str
    mailbox: Mailbox
    conversation: Conversation
    rows: dict[str, Any]
    """A number for each kind of row, as the stops of the walk name them."""


def a_side(word: str, *, by: Teammate, formerly: Teammate | None = None, everyone: bool = False) -> Side:
    """A mailbox in which `by` answers, with letters of every kind; `formerly` answered there too, and lost it."""
    mailbox = t.a_mailbox(f"{word}@harbourrow.example", everyone=everyone)
    mailbox.place.members.set([by, formerly] if formerly else [by])
    letter = _a_letter(mailbox, word)
    found = letter.conversation
    for number, rest in enumerate((closing.close, _pause, junking.junk, _nothing)):
        other = t.a_letter(text=f"needle {word}", subject=f"{word} {number}", mailbox=mailbox, at=t.after(number))
        rest(other.conversation, by=by, at=t.after(60 + number))
    tagging.tag(found, f"tag-{word}", by=by, at=t.after(61))
    note = noting.note(found, f"needle {word} noted", by=by, at=t.after(62))
    rows: dict[str, Any] = _written(found, word, by=by, letter=letter) | _aside(mailbox, word)
    if formerly is not None:
        _leave_behind(found, note, word, of=formerly)
        mailbox.place.members.remove(formerly)
    call = Call.objects.create(key=secrets.token_hex(8), node="here", place=mailbox.place, customer=found.customer,
                               conversation=found, from_name=word, began_at=t.MONDAY)  # fmt: skip
    line = t.a_number(f"+3512100000{len(word)}{Call.objects.count()}", everyone=everyone)  # leads may read its name
    line.place.members.set([by])
    PlaceWords.objects.create(place=line.place, greeting=blobs.keep(b"RIFF"), notice=blobs.keep(b"RIFF"))
    talk = Recording.objects.create(call=call, began_at=t.MONDAY, ended_at=t.MONDAY, seconds=3)
    recording.folder().mkdir(parents=True, exist_ok=True)
    recording.file_of(call.key).write_bytes(f"RIFF {word}".encode())
    rows |= {
        "recording": talk.pk,
        "call": call.key,
        "call_pk": call.pk,
        "number": line.pk,
        "telephone": line.place_id,
        "message": letter.pk,
        "conversation": found.pk,
        "place": mailbox.place_id,
        "mailbox": mailbox.pk,
    }
    return Side(word, mailbox, found, rows)


def a_person(customer: Customer, *, by: Teammate) -> dict[str, int | str]:
    """What is known of a customer, whoever they write to."""
    fact = remembering.remember(customer, "plays the needle", by=by, at=t.MONDAY)
    customer.face = blobs.keep(_picture("a face"))
    customer.save(update_fields=["face"])
    sound = blobs.keep(b"ID3 a tune")
    work = Work.objects.create(customer=customer, title="Barra Norte", sound=sound, seconds=3)
    return {"customer": customer.pk, "fact": fact.pk, "face": customer.face, "work": work.pk}


def _picture(word: str) -> bytes:
    """A small picture with a word inside, as every file here has."""
    drawn, said = BytesIO(), PngInfo()
    said.add_text("Comment", word)
    Image.new("RGB", (2, 2)).save(drawn, "PNG", pnginfo=said)
    return drawn.getvalue()


def _a_letter(mailbox: Mailbox, word: str) -> Message:
    raw = blobs.keep(f"Subject: {word}\r\n\r\nneedle {word} raw".encode())
    kept = IncomingEmail.objects.create(mailbox=mailbox, via="inlet", sha256=raw, size=9, kept_at=t.MONDAY,
        sender=f"{word}@example.org", subject=f"raw {word}", fate="message", understood_at=t.MONDAY)  # fmt: skip
    file = receiving.Enclosure(blobs.keep(_picture(word)), f"{word}.png", "image/png", 20)
    letter = t.a_letter(
        text=f"needle {word} said",
        subject=f"Matter {word}",
        mailbox=mailbox,
        html=f"<p>needle {word} dressed</p>",
        recipients={"to": [[f"To {word}", mailbox.address]], "cc": [[f"Copy {word}", f"copy-{word}@example.org"]]},
        enclosures=[file],
    )
    Message.objects.filter(pk=letter.pk).update(source_id=kept.pk)
    kept.became = letter
    kept.save(update_fields=["became"])
    return letter


def _written(found: Conversation, word: str, *, by: Teammate, letter: Message) -> dict[str, int]:
    """A reply that came back, one that is just leaving, a draft with a file in it."""
    first = replying.reply(found, _words(word), by=by, at=t.after(70))
    delivery = first.deliveries.get()
    for each in outbox.claim("mail", t.after(days=2)):
        if each.message_id == first.pk:
            outbox.failed(each, because=f"Refused {word}.", permanent=True, at=t.after(days=2))
    replying.reply(found, _words(f"{word} leaving"), by=by, at=clock.now() + timedelta(hours=1))
    draft = drafting.keep(found, Draft.REPLY, by=by, at=t.after(90), html=f"<p>draft {word}</p>", subject=word)
    Attachment.objects.create(
        draft=draft, added_by=by, sha256=blobs.keep(b"a file"), name=f"{word}.txt", size=6, at=t.after(90)
    )
    return {"delivery": delivery.pk, "draft": draft.pk, "attachment": letter.attachments.get().pk}


def _aside(mailbox: Mailbox, word: str) -> dict[str, int]:
    raw = blobs.keep(f"broken {word}".encode())
    letter = IncomingEmail.objects.create(mailbox=mailbox, via="imap", sha256=raw, size=9, kept_at=t.MONDAY,
        subject=f"aside {word}", fate="aside", because=f"because {word}", understood_at=t.MONDAY)  # fmt: skip
    return {"letter": letter.pk}


def _leave_behind(found: Conversation, note: Message, word: str, *, of: Teammate) -> None:
    """What somebody had in a mailbox before they lost it: nudges, words of their own, a draft, the conversation itself."""
    event = Event.objects.get(message=note)
    nudging.nudge(of, event, kind="mention", at=t.after(63))
    other = t.a_letter(text=f"needle {word} once mine", subject=f"Mine {word}", mailbox=Mailbox.objects.get(
        place=found.place))  # fmt: skip
    assigning.hand_over(other.conversation, to=of, by=of, at=t.after(64))
    replying.reply(other.conversation, _words(f"{word} mine"), by=of, at=clock.now() + timedelta(hours=1))
    draft = drafting.keep(other.conversation, Draft.REPLY, by=of, at=t.after(91), html=f"<p>my draft {word}</p>")
    Attachment.objects.create(
        draft=draft, added_by=of, sha256=blobs.keep(b"a file"), name=f"{word}.txt", size=6, at=t.after(91)
    )


def _words(word: str) -> replying.Letter:
    return replying.Letter(text=f"needle {word} answered", to=[(f"To {word}", "ana@example.org")])


def _pause(conversation: Conversation, *, by: Teammate, at: Any) -> None:
    closing.pause(conversation, until=at + timedelta(days=3), by=by, at=at)


def _nothing(conversation: Conversation, *, by: Teammate, at: Any) -> None:
    """It just waits."""
