"""A letter as the timeline shows it: what the person wrote stands out, the quoted rest is folded, how it went is said."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html_join, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..conversations import subjects
from ..conversations.channels import MAIL
from ..conversations.models import Attachment, Delivery, Message
from ..lib import file_types
from . import our_html
from .asker import Asker
from .shapes import File

LONGEST = 40_000  # characters of a letter drawn as words; the rest is in the letter as it came
DRESSED = re.compile(r"<(?:img|table|b|strong|i|em|u|h[1-6]|center|hr|font)\b|background", re.IGNORECASE)
ELSEWHERE = re.compile(r"""<img\b[^>]{0,2000}?\bsrc\s*=\s*["']?\s*(?:https?:)?//""", re.IGNORECASE)
MANY_TABLES = 4  # a person's signature may bring one or two; a letter made of them is looked at, not read
KINDS = {
    "image": "file-image", "audio": "file-audio", "video": "file-video-camera", "text": "file-text",
    "application/pdf": "file-text", "application/zip": "file-archive", "application/gzip": "file-archive",
}  # fmt: skip
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Somebody whom it did not reach, why, and where to try again."""

    recipient: str
    because: str
    again_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What desk/entries/_letter.html draws."""

    pk: int
    signed: str
    to: str
    subject: str
    text: SafeString
    cut: bool
    frame_href: str  # as it was dressed; "" when the words say it all
    framed: bool  # show the dress at once: without it there is nothing to read, or not all
    worded: bool  # show the words above it all the same
    quoted: SafeString
    files: list[File]
    held: int  # pictures from elsewhere that are held back
    proof: str
    proof_is_wrong: bool
    state: str
    leaves_in: int  # seconds in which it can still be taken back, 0 when it cannot
    troubles: list[Trouble]
    source_href: str


def of(
    message: Message, asker: Asker, *, files: Sequence[Attachment] = (), deliveries: Sequence[Delivery] = ()
) -> Letter:
    """The letter or note, with the files that came along and what became of it."""
    said, quoted = parted(message)
    dressed = is_dressed(message)
    framed = dressed and (message.shows_both or not said.strip() or message.html.lower().count("<table") >= MANY_TABLES)
    frame_href = reverse("desk:frame", args=[message.pk]) if dressed else ""
    proof, proof_is_wrong = proof_of(message)
    return Letter(
        pk=message.pk,
        signed=asker.name_of(message.author) if message.author else message.signed,
        to=_to(message),
        subject=_subject(message),
        text=_words(message, said),
        cut=len(said) > LONGEST,
        frame_href=frame_href,
        framed=framed,
        worded=message.shows_both and bool(said.strip()),
        quoted=paragraphs(quoted[:LONGEST]),
        files=files_of(files),
        held=len(ELSEWHERE.findall(message.html)) if frame_href else 0,
        proof=proof,
        proof_is_wrong=proof_is_wrong,
        state=state_of(message, asker, deliveries),
        leaves_in=_leaves_in(message, asker),
        troubles=troubles_of(deliveries),
        source_href=_source(message),
    )


def _source(message: Message) -> str:
    """Where the letter lies as it came; what was said on the telephone never was one."""
    came_in = message.source_id and message.channel == MAIL and not message.from_us
    return reverse("desk:source", args=[message.pk]) if came_in else ""


def is_dressed(message: Message) -> bool:
    """Is there more to see of it than its words? What we wrote here is shown with its own emphasis anyway."""
    if not message.html or message.is_written_here:
        return False
    return message.shows_both or DRESSED.search(message.html) is not None


def parted(message: Message) -> tuple[str, str]:
    """(what they wrote, what they quoted), both plain."""
    said, text = message.said.strip(), message.text.strip()
    if message.due_at or message.is_note:  # written here: whatever else is in it is our own signature
        return said, ""
    if not said:
        return "", text
    place = text.find(said)
    if place < 0:
        return said, "" if len(text) <= len(said) else text
    return said, (text[:place] + "\n\n" + text[place + len(said) :]).strip()


@lru_cache(maxsize=250)  # what is read now; some 30 MB if each were as long as can be
def paragraphs(words: str) -> SafeString:
    """Plain words as paragraphs with links that lead outside; everything escaped."""
    blocks = (block.strip("\n") for block in re.split(r"\n[ \t]*\n", words.replace("\r\n", "\n")))
    return format_html_join("", "<p>{}</p>", ((_block(block),) for block in blocks if block.strip()))


def _block(block: str) -> SafeString:
    linked = urlize(block, trim_url_limit=60, nofollow=True, autoescape=True)
    linked = linked.replace("<a ", '<a target="_blank" ').replace(
        'rel="nofollow"', 'rel="nofollow noopener noreferrer"'
    )
    return mark_safe(linked.replace("\n", "<br>"))


def _words(message: Message, said: str) -> SafeString:
    """What we wrote here is shown as we wrote it, made safe once more; what came in, as plain words."""
    if message.is_written_here and message.html:
        return our_html.shown(message.html)
    return paragraphs(said[:LONGEST])


def _subject(message: Message) -> str:
    """Its subject, where it is another than the conversation's."""
    same = subjects.folded(message.subject) == subjects.folded(message.conversation.subject)
    return "" if same or message.is_note else message.subject


def _to(message: Message) -> str:
    """'to Inês, copy to Sam'."""
    if message.is_note:
        return ""
    sides = {side: _names(message.recipients.get(side, [])) for side in ("to", "cc", "bcc")}
    words = [_("to %(names)s") % {"names": sides["to"]}] if sides["to"] else []
    words += [_("copy to %(names)s") % {"names": sides["cc"]}] if sides["cc"] else []
    words += [_("hidden copy to %(names)s") % {"names": sides["bcc"]}] if sides["bcc"] else []
    return ", ".join(words)


def _names(people: Sequence[Sequence[str]]) -> str:
    shown = [name or address for name, address in people[:3]]
    more = len(people) - len(shown)
    return ", ".join(shown) + (ngettext(" and %(n)s more", " and %(n)s more", more) % {"n": more} if more else "")


def files_of(attachments: Iterable[Attachment]) -> list[File]:
    """Tiles, pictures small."""
    return [file_of(each) for each in attachments]


def file_of(attachment: Attachment, *, remove_href: str = "") -> File:
    """One file. A picture shows itself; names and types come from strangers and are never believed."""
    href = reverse("desk:file", args=[attachment.pk])
    family = attachment.type.partition("/")[0]
    return File(
        name=file_types.safe_name(attachment.name) if attachment.name else _("without a name"),
        href=href,
        kind=KINDS.get(attachment.type, KINDS.get(family, "file")),
        size=filesizeformat(attachment.size),
        wrong=file_types.warning_about(attachment.name, attachment.type),
        picture=f"{href}?small" if attachment.type in PICTURES else "",
        remove_href=remove_href,
    )


def proof_of(message: Message) -> tuple[str, bool]:
    """How sure we are who wrote, in words, and whether that is a warning."""
    address = message.sender_address
    match message.proof:
        case "proven":
            return _("%(address)s is proven to be the sender") % {"address": address}, False
        case "failed":
            return _("Careful: this only says that it comes from %(address)s.") % {"address": address}, True
        case "unproven":
            return _("Nobody vouches that this really comes from %(address)s") % {"address": address}, False
    return "", False


def state_of(message: Message, asker: Asker, deliveries: Sequence[Delivery]) -> str:
    """What became of a letter of ours: 'leaves in 8 s', 'sent 10:44', 'trying again 10:50: the server is busy'."""
    if not message.from_us or message.is_note or not deliveries:
        return ""
    if any(each.refused_at or each.bounced_at for each in deliveries):
        return ""  # told recipient by recipient, in red
    waiting = [each for each in deliveries if each.sent_at is None]
    if not waiting:
        return _("sent %(moment)s") % {"moment": asker.short(max(each.sent_at for each in deliveries if each.sent_at))}
    tried = max(waiting, key=lambda each: each.tries)
    if tried.tries:
        told = {"moment": asker.short(tried.due_at), "because": tried.because}
        return _("not yet: %(because)s Trying again at %(moment)s") % told
    return "" if _leaves_in(message, asker) else _("on its way")


def _leaves_in(message: Message, asker: Asker) -> int:
    if message.due_at is None or message.taken_back_at is not None or message.due_at <= asker.at:
        return 0
    return max(1, round((message.due_at - asker.at).total_seconds()))


def troubles_of(deliveries: Sequence[Delivery]) -> list[Trouble]:
    """Whom it did not reach."""
    return [_trouble(each) for each in deliveries if each.refused_at or each.bounced_at]


def _trouble(delivery: Delivery) -> Trouble:
    again = "" if delivery.bounced_at else reverse("desk:try-again", args=[delivery.pk])
    return Trouble(delivery.recipient, delivery.because, again)
