"""Send, keep a note, forward, write first, take back, try again. What was typed is never lost by a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from ..conversations import drafting, noting, outbox, replying
from ..conversations.models import Attachment, Conversation, Delivery, Draft, Message, Place
from ..customers import recognising
from ..lib import clock, faults, html_text
from ..lib.errors import NotPossible
from ..team.models import Teammate
from . import asker, composer, conversation, drafts, enclosing, letters_out, our_html, pages, recipients, surroundings
from .pages import deed, screen
from .recipients import Recipients
from .taking import stale

MOST_WORDS = 1_000_000
LEAVING: dict[str, object] = {"sr:leaving": {}}  # what can be taken back is another now


@dataclass(frozen=True, slots=True)
class Written:
    """What the form says. `html` as the editor made it, or from plain words."""

    kind: str
    html: str
    to: str
    cc: str
    bcc: str
    subject: str
    then: str
    answers: Message | None
    draft: Draft | None
    once: str

    @property
    def recipients(self) -> Recipients:
        return Recipients(recipients.read(self.to), recipients.read(self.cc), recipients.read(self.bcc))

    @property
    def typed(self) -> dict[str, str]:
        """For the composer, so that it shows again what was refused."""
        words = html_text.text_of(self.html, links=False)
        return {
            "html": our_html.clean(self.html, pictures=lambda number: f"/files/{number}/"),
            "words": words,
            "to": self.to,
            "cc": self.cc,
            "bcc": self.bcc,
            "subject": self.subject,
        }


@screen
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer, forward or note, as `kind` says."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    found = pages.conversation(request, pk)
    written = read(request, found)
    try:
        with transaction.atomic(durable=True):
            message = _write(request, found, written)
            faults.point("reply-written")
    except NotPossible as sorry:
        return _refused(request, found, written, str(sorry))
    faults.point("reply-kept")
    return _sent(request, found, written, message)


@screen
def composer_alone(request: HttpRequest, pk: int) -> HttpResponse:
    """The composer, as another kind or about another letter: ?reply=, ?note, ?forward= with the message's number."""
    found = pages.conversation(request, pk)
    if request.GET.get(Draft.FORWARD):
        drafts.begin_forward(found, request.GET[Draft.FORWARD], by=pages.teammate(request))
    context = {
        "composer": composer.of(found, asker.of(request), **composer.wanted(request, found)),
        "wants_focus": True,
    }
    return pages.fragment(request, "desk/_composer_alone.html", context)


def read(request: HttpRequest, found: Conversation | None) -> Written:
    """The form as it came; nothing is refused yet."""
    post = request.POST
    html = post.get("html", "")[:MOST_WORDS] or our_html.from_plain(post.get("words", "")[:MOST_WORDS])
    kinds = (Draft.NOTE, Draft.FORWARD) if found else ()
    return Written(
        kind=post["kind"] if post.get("kind") in kinds else (Draft.REPLY if found else Draft.FIRST),
        html=html,
        to=post.get("to", ""),
        cc=post.get("cc", ""),
        bcc=post.get("bcc", ""),
        subject=post.get("subject", ""),
        then=post.get("then", ""),
        answers=composer.message_of(found, post.get("answers", "")) if found else None,
        once=post.get("once", ""),
        draft=drafts_of(pages.teammate(request)).filter(pk=_number(post.get("draft", "")), conversation=found).first(),
    )


def drafts_of(teammate: Teammate) -> "QuerySet[Draft]":
    """Nobody sees or sends a colleague's draft."""
    return Draft.objects.filter(author=teammate)


def _write(request: HttpRequest, found: Conversation, written: Written) -> Message:
    me, now = pages.teammate(request), clock.now()
    Conversation.objects.select_for_update().get(pk=found.pk)  # a double click waits here for the first
    before = _sent_before(written, me, found.place)
    if before is not None:
        return before
    files = _enclosed(request, written)
    if written.kind == Draft.NOTE:
        html = our_html.clean(written.html)
        message = noting.note(found, html_text.text_of(html).strip(), by=me, at=now, html=html, attachments=files)
    else:
        letter = _letter(written, files, by=me, place=found.place, found=found)
        forward = written.kind == Draft.FORWARD
        message = replying.reply(found, letter, by=me, at=now, close=written.then == "close", forward=forward)
    _forget_draft(written, found, me)
    return message


def _sent_before(written: Written, me: Teammate, place: Place) -> Message | None:
    """What the first of two clicks has sent."""
    if not letters_out.ONCE.fullmatch(written.once):
        return None
    name = letters_out.message_id(written.once, letters_out.mailbox_of(place))
    return Message.objects.standing().filter(author=me, message_id=name).first()


def _letter(
    written: Written, files: Sequence[Attachment], *, by: Teammate, place: Place, found: Conversation | None
) -> replying.Letter:
    answers = written.answers or (composer.last_letter(found) if found else None)
    subject = written.subject
    if found and not subject.strip():
        subject = letters_out.subject_for(found, answers, kind=written.kind)
    to = written.recipients
    if found and not to.all and written.kind == Draft.REPLY:
        to = composer.envelope_for(answers)
    return letters_out.letter(written.html, to, by=by, place=place, subject=subject, answers=answers, attachments=files,
                              once=written.once)  # fmt: skip


def _enclosed(request: HttpRequest, written: Written) -> list[Attachment]:
    """What waits in the draft, and what a form without scripts brought along."""
    kept = list(Attachment.objects.filter(draft=written.draft, message=None).order_by("pk")) if written.draft else []
    brought = [
        enclosing.keep(each, by=pages.teammate(request), at=clock.now()) for each in request.FILES.getlist("files")
    ]
    enclosing.check_size([*kept, *brought])
    names = our_html.pictures_in(written.html)
    return [each for each in [*kept, *brought] if not each.inline or each.pk in names]


def _forget_draft(written: Written, found: Conversation, me: Teammate) -> None:
    """The words have gone where they were meant to go. Other kinds of draft here stay."""
    kept = written.draft or drafts_of(me).filter(conversation=found, kind=written.kind).first()
    if kept is not None:
        drafting.drop(kept)


def _sent(request: HttpRequest, found: Conversation, written: Written, message: Message) -> HttpResponse:
    then = {"close": surroundings.list_href("waiting"), "next": ""}.get(written.then)
    if written.then == "next":
        then = conversation.next_waiting(found, pages.teammate(request))
    if then or not pages.asks_for_fragment(request):
        there = then or reverse("desk:conversation", args=[found.pk])
        return pages.done(request, "", stale=stale(found), then=there, tell=LEAVING)
    found.refresh_from_db()
    who = asker.of(request)
    context = {"composer": composer.of(found, who), "leaving": surroundings.leaving(who), "is_note": message.is_note}
    response = pages.fragment(request, "desk/_sent.html", context)
    response["HX-Trigger"] = pages.trigger(stale(found), also={"sr:sent": {"conversation": found.pk}})
    return response


def _refused(request: HttpRequest, found: Conversation, written: Written, sentence: str) -> HttpResponse:
    """The composer again, with every word in it and the sentence under them."""
    who = asker.of(request)
    again = composer.of(found, who, kind=written.kind, answers=written.answers, typed=written.typed, wrong=sentence)
    if pages.asks_for_fragment(request):
        return pages.fragment(request, "desk/_composer_alone.html", {"composer": again}, status=422)
    return pages.show(request, "desk/conversation.html", conversation.page(found, who, again), status=422)


@screen
def write(request: HttpRequest) -> HttpResponse:
    """Write to somebody who did not write to us: any address, from any mailbox one may use."""
    pages.answering(request)
    who = asker.of(request)
    if request.method != "POST":
        draft = drafts_of(who.me).filter(kind=Draft.FIRST, conversation=None).order_by("-at").first()
        context = {"composer": composer.first(who, draft=draft, to=request.GET.get("to", "")[:320])}
        return pages.show(request, "desk/write.html", context)
    written = read(request, None)
    try:
        with transaction.atomic(durable=True):
            message = _write_first(request, written)
    except NotPossible as sorry:
        again = composer.first(who, draft=written.draft, typed=written.typed, wrong=str(sorry))
        return pages.show(request, "desk/write.html", {"composer": again}, status=422)
    there = reverse("desk:conversation", args=[message.conversation_id])
    return pages.done(request, "", stale=("inbox",), then=there, tell=LEAVING)


def _write_first(request: HttpRequest, written: Written) -> Message:
    me, now = pages.teammate(request), clock.now()
    place = Place.objects.in_use().visible_to(me).filter(pk=_number(request.POST.get("place", ""))).first()
    if place is None:
        raise NotPossible(_("From which mailbox? Pick one you answer from."))
    before = _sent_before(written, me, place)
    if before is not None:
        return before
    files = _enclosed(request, written)
    letter = _letter(written, files, by=me, place=place, found=None)
    if not letter.to:
        raise NotPossible(_("Whom is it for? Add at least one address."))
    name, address = letter.to[0]
    customer = recognising.recognise("email", address, name=name, at=now)
    message = replying.write_first(customer, place, letter, by=me, at=now)
    if written.draft is not None:
        drafting.drop(written.draft)
    return message


@deed
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Second thoughts: nothing leaves, and the words are in the composer again."""
    me, now = pages.teammate(request), clock.now()
    message = get_object_or_404(Message.objects.visible_to(me).select_related("conversation"), pk=pk, author=me)
    replying.take_back(message, by=me, at=now)
    draft = drafting.from_message(message, by=me, at=now)
    draft.html = enclosing.pictures_again(our_html.without_signature(draft.html), draft)
    draft.save(update_fields=["html"])
    there = (
        reverse("desk:write")
        if draft.kind == Draft.FIRST
        else reverse("desk:conversation", args=[message.conversation_id])
    )
    return pages.done(
        request, _("Taken back. Nothing has left."), stale=stale(message.conversation), then=there, tell=LEAVING
    )


@deed
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Put somebody whom a letter did not reach back on the list."""
    visible = Conversation.objects.visible_to(pages.teammate(request))
    rows = Delivery.objects.filter(message__conversation__in=visible).select_related("message__conversation")
    delivery = get_object_or_404(rows, pk=pk)
    if not outbox.try_again(delivery, at=clock.now()):
        raise NotPossible(_("It is on its way again already."))
    return pages.done(request, _("Trying again now."), stale=stale(delivery.message.conversation))


@screen
def leaving(request: HttpRequest) -> HttpResponse:
    """The board's right cell alone."""
    return pages.fragment(request, "desk/_leaving.html", {"leaving": surroundings.leaving(asker.of(request))})


def _number(written: str) -> int:
    """The number somebody sent; 0, which no row has, for anything else."""
    return int(written) if written.isdecimal() and len(written) < 19 else 0
