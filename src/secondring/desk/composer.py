"""Where one writes: the words kept so far, whom they are for, under which subject, and what goes along."""

import secrets
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..conversations.models import Attachment, Conversation, Draft, Message, Place
from ..lib import html_text
from ..lib.prepared import prepared
from ..team.models import Teammate
from . import letters_out, letters_shown, moments, our_html, recipients
from .asker import Asker
from .recipients import Recipients
from .shapes import File


def wanted(request: HttpRequest, conversation: Conversation) -> dict[str, Any]:
    """What the address asks the composer to be: ?reply=, ?note, ?forward= with the number of the message meant."""
    for kind in (Draft.FORWARD, Draft.REPLY, Draft.NOTE):
        if kind in request.GET:
            number = request.GET[kind]
            return {"kind": kind, "answers": message_of(conversation, number)}
    return {}


def message_of(conversation: Conversation, number: str) -> Message | None:
    """A standing letter of this conversation by its number, or nothing."""
    return conversation.messages.letters().filter(pk=int(number)).first() if number.isdecimal() else None


def of(
    conversation: Conversation,
    who: Asker,
    *,
    kind: str = "",
    answers: Message | None = None,
    typed: dict[str, Any] | None = None,
    wrong: str = "",
) -> dict[str, Any]:
    """The composer under a conversation. typed: what was just written and refused; it comes before any draft."""
    draft = _draft(conversation, who, kind)
    kind = kind or (draft.kind if draft else Draft.REPLY)
    answers = answers or (draft.answers if draft and draft.answers else None) or last_letter(conversation)
    envelope = _envelope(conversation, draft, answers, kind)
    words = draft.html if draft else ""
    filled = {
        "kind": kind,
        "html": words,
        "words": html_text.text_of(words, links=False),
        "to": recipients.written(envelope.to),
        "cc": recipients.written(envelope.cc),
        "bcc": recipients.written(envelope.bcc),
        "subject": (draft.subject if draft else "") or letters_out.subject_for(conversation, answers, kind=kind),
        **(typed or {}),
    }
    return {
        **filled,
        **_kept(draft, who),
        **_hrefs(conversation),
        "me": who.me,
        "name": conversation.customer.first_name,
        "summary": summary(envelope, kind),
        "addresses": address_lines(filled),
        "answers": answers.pk if answers else "",
        "signature": _signature(conversation.place, who),
        "once": secrets.token_hex(15),
        "wrong": wrong,
        "shows_addresses": bool(typed and wrong) or kind == Draft.FORWARD,
    }


def first(
    who: Asker, *, draft: Draft | None, to: str = "", typed: dict[str, Any] | None = None, wrong: str = ""
) -> dict[str, Any]:
    """The composer of a letter to somebody who did not write to us."""
    envelope = draft.recipients if draft else {}
    filled = {
        "kind": Draft.FIRST,
        "html": draft.html if draft else "",
        "words": html_text.text_of(draft.html, links=False) if draft else "",
        "to": recipients.written(envelope.get("to", [])) or to,
        "cc": recipients.written(envelope.get("cc", [])),
        "bcc": recipients.written(envelope.get("bcc", [])),
        "subject": draft.subject if draft else "",
        **(typed or {}),
    }
    places = list(
        Place.objects.in_use().visible_to(who.me).filter(channel="mail").select_related("mailbox").order_by("name")
    )
    return {
        **filled,
        **_kept(draft, who),
        "me": who.me,
        "name": "",
        "send_href": reverse("desk:write"),
        "keep_href": reverse("desk:drafts"),
        "attach_href": reverse("desk:uploads"),
        "addresses": address_lines(filled),
        "places": places,
        "once": secrets.token_hex(15),
        "place": (draft.place_id if draft else None) or _usual_place(who, places),
        "wrong": wrong,
        "shows_addresses": True,
    }


def _usual_place(who: Asker, places: list[Place]) -> int | None:
    """Where they wrote from last, else the first that everybody answers from."""
    mine = (
        Message.objects.letters()
        .filter(author=who.me, from_us=True)
        .select_related("conversation")
        .order_by("-pk")
        .first()
    )
    known = [place.pk for place in places]
    if mine is not None and mine.conversation.place_id in known:
        return mine.conversation.place_id
    return next((place.pk for place in places if place.everyone), known[0] if known else None)


def address_lines(filled: dict[str, Any]) -> list[dict[str, Any]]:
    labels = (("to", _("To")), ("cc", _("Copy to")), ("bcc", _("Hidden copy to")))
    no_copies = not filled["cc"] and not filled["bcc"]
    return [
        {"name": name, "label": label, "value": filled[name], "is_folded": name == "cc" and no_copies}
        for name, label in labels
    ]


def summary(envelope: Recipients, kind: str) -> str:
    """'to Inês, by letter'."""
    if kind == Draft.NOTE:
        return _("only us")
    names = [name or address for name, address in envelope.all]
    if not names:
        return _("to whom?")
    shown = ", ".join(names[:2]) + (_(" and %(n)s more") % {"n": len(names) - 2} if len(names) > 2 else "")
    return _("to %(names)s, by letter") % {"names": shown}


def last_letter(conversation: Conversation) -> Message | None:
    """What an answer answers: their newest letter, else our own newest."""
    found = _newest_letter(conversation.pk, from_us=False) or _newest_letter(conversation.pk, from_us=True)
    return found[0] if found else None


@prepared
def _newest_letter(conversation: int, *, from_us: bool) -> QuerySet[Message]:
    return Message.objects.letters().filter(conversation=conversation, from_us=from_us).order_by("-pk")[:1]


def envelope_for(message: Message | None) -> Recipients:
    """Whom an answer to this letter is for: everybody who was in it, never us."""
    if message is None:
        return Recipients()
    ours = letters_out.our_addresses()
    if message.from_us:
        return recipients.once_more(message.recipients, ours)
    return recipients.answering(message.recipients, (message.sender_name, message.sender_address), ours)


def _envelope(conversation: Conversation, draft: Draft | None, answers: Message | None, kind: str) -> Recipients:
    if draft is not None and any(draft.recipients.values()):
        sides = (
            tuple((name, address) for name, address in draft.recipients.get(side, [])) for side in ("to", "cc", "bcc")
        )
        return Recipients(*sides)
    if kind == Draft.FORWARD:
        return Recipients()
    found = envelope_for(answers)
    address = "" if found.to else conversation.customer.address
    return Recipients(((conversation.customer.name, address),), found.cc) if address else found


def _draft(conversation: Conversation, who: Asker, kind: str) -> Draft | None:
    """My newest words here, of this kind when one is asked for."""
    found = _newest_draft(who.me, conversation.pk, kind)
    return found[0] if found else None


@prepared
def _newest_draft(me: Teammate, conversation: int, kind: str) -> QuerySet[Draft]:
    rows = Draft.objects.filter(author=me, conversation=conversation).select_related("answers")
    return (rows.filter(kind=kind) if kind else rows).order_by("-at")[:1]


def _kept(draft: Draft | None, who: Asker) -> dict[str, Any]:
    if draft is None:
        return {"draft_id": "", "version": 0, "files": [], "saved": ""}
    return {
        "draft_id": draft.pk,
        "version": draft.version,
        "files": files(draft),
        "saved": saved(draft, who) if draft.html else "",
    }


def files(draft: Draft) -> list[File]:
    """What is enclosed so far; pictures inside the words show themselves there."""
    rows = Attachment.objects.filter(draft=draft, inline=False).order_by("pk")
    return [letters_shown.file_of(each, remove_href=reverse("desk:remove-file", args=[each.pk])) for each in rows]


def saved(draft: Draft, who: Asker) -> str:
    return _("Draft saved %(moment)s") % {"moment": moments.short(draft.at, now=who.at, zone=who.zone)}


def _hrefs(conversation: Conversation) -> dict[str, str]:
    pk = conversation.pk
    return {
        "send_href": reverse("desk:send", args=[pk]),
        "keep_href": f"{reverse('desk:drafts')}?conversation={pk}",
        "attach_href": f"{reverse('desk:uploads')}?conversation={pk}",
    }


def _signature(place: Place, who: Asker) -> SafeString:
    return our_html.shown(our_html.from_plain(letters_out.signature(who.me, letters_out.mailbox_of(place))))
