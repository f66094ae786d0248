"""Conversations, what was said in them, what happened in them, and what must leave."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..customers.models import Customer
from ..lib.hours import Hours
from ..team.models import House
from .channels import CHANNELS
from .deliveries import Delivery
from .querysets import (
    ConversationQuerySet,
    EventQuerySet,
    MessageQuerySet,
    NudgeQuerySet,
    PlaceQuerySet,
    TagQuerySet,
)

__all__ = ["Attachment", "Conversation", "Delivery", "Draft", "Event", "Message", "Nudge", "Place", "Tag"]


def new_token() -> str:
    """What a reply address carries: 80 random bits, lower-case, so that no program's casing can break it."""
    return secrets.token_hex(10)


class Place(models.Model):
    """Where customers meet us: a mailbox, a site, a number. Each channel's room keeps the rest about it."""

    channel = models.CharField(max_length=8, choices=CHANNELS)
    name = models.CharField(_("name"), max_length=120)
    everyone = models.BooleanField(_("everybody answers here"), default=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="places", blank=True)
    hours = models.JSONField(default=dict, blank=True)  # empty: the house's
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def opening_hours(self, house: House) -> Hours:
        """This place's hours, else the house's."""
        return Hours.from_json(self.hours, house.time_zone) if self.hours else house.opening_hours


class Tag(models.Model):
    """A word the team files conversations under."""

    name = models.CharField(max_length=40, unique=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Conversation(models.Model):
    """One matter with one customer: who has it, and since when somebody waits."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="conversations", db_index=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="conversations", db_index=False)
    channel = models.CharField(max_length=8, choices=CHANNELS)
    subject = models.CharField(max_length=400, blank=True, default="")
    token = models.CharField(max_length=20, unique=True, default=new_token, editable=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, db_index=False
    )
    opened_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    junk_at = models.DateTimeField(null=True, blank=True)
    undelivered_at = models.DateTimeField(null=True, blank=True)  # our last words did not reach them
    last_at = models.DateTimeField()
    snippet = models.CharField(max_length=200, blank=True, default="")
    message_count = models.PositiveIntegerField(default=0)
    tags = models.ManyToManyField(Tag, related_name="conversations", blank=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="closed_or_junk_does_not_wait",
                condition=Q(waiting_since__isnull=True) | Q(closed_at__isnull=True, junk_at__isnull=True),
            ),
            models.CheckConstraint(
                name="closed_is_not_paused", condition=Q(paused_until__isnull=True) | Q(closed_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index("waiting_since", "id", name="conversation_waiting", condition=Q(waiting_since__isnull=False)),
            models.Index(
                F("last_at").desc(), F("id").desc(), name="conversation_open",
                condition=Q(closed_at__isnull=True, junk_at__isnull=True),
            ),
            models.Index(
                "assignee", F("last_at").desc(), F("id").desc(), name="conversation_mine",
                condition=Q(closed_at__isnull=True, junk_at__isnull=True),
            ),
            models.Index("paused_until", name="conversation_paused", condition=Q(paused_until__isnull=False)),
            models.Index(
                F("closed_at").desc(), F("id").desc(), name="conversation_done", condition=Q(closed_at__isnull=False)
            ),
            models.Index(F("junk_at").desc(), name="conversation_junk", condition=Q(junk_at__isnull=False)),
            models.Index(
                F("undelivered_at").desc(), name="conversation_undelivered", condition=Q(undelivered_at__isnull=False)
            ),
            models.Index("customer", F("last_at").desc(), name="conversation_of_customer"),
            models.Index("place", F("last_at").desc(), name="conversation_at_place"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject or str(_("(no subject)"))

    @property
    def is_waiting(self) -> bool:
        return self.waiting_since is not None

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_paused(self) -> bool:
        return self.paused_until is not None

    @property
    def is_junk(self) -> bool:
        return self.junk_at is not None


class Message(models.Model):
    """A letter between us and them, or a note among us (`is_note`)."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True)  # who wrote, if they did
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    from_us = models.BooleanField()
    is_note = models.BooleanField(default=False)
    channel = models.CharField(max_length=8, choices=CHANNELS)
    sender_name = models.CharField(max_length=200, blank=True, default="")
    sender_address = models.CharField(max_length=320, blank=True, default="")
    proof = models.CharField(
        max_length=10, blank=True, default=""
    )  # proven, unproven, failed; "" where it has no meaning
    recipients = models.JSONField(default=dict, blank=True)  # {"to": [[name, address]], "cc": […], "bcc": […]}
    subject = models.CharField(max_length=1000, blank=True, default="")
    text = models.TextField(blank=True, default="")  # all of it, as plain text
    said = models.TextField(blank=True, default="")  # what the person wrote themselves
    html = models.TextField(blank=True, default="")  # as it came, never shown unsanitised; written here: sanitised
    shows_both = models.BooleanField(default=False)  # text and html each say something that the other does not
    at = models.DateTimeField()  # when it reached us, or was written by us
    trusted_at = models.DateTimeField(null=True, blank=True)  # when it reached the first server we can trust
    source_id = models.BigIntegerField(null=True, blank=True)  # the IncomingEmail it came in
    message_id = models.CharField(max_length=998, blank=True, default="")
    in_reply_to = models.CharField(max_length=998, blank=True, default="")
    references = models.JSONField(default=list, blank=True)
    waited_since = models.DateTimeField(null=True, blank=True)  # of a reply: the waiting that it ended
    restores = models.JSONField(default=dict, blank=True)  # of a reply: what taking it back puts back
    due_at = models.DateTimeField(null=True, blank=True)  # of ours: when it leaves, until then it can be taken back
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index("conversation", "id", name="message_in_conversation")]
        constraints = [
            models.UniqueConstraint(
                "channel", "source_id", name="message_once_per_source", condition=Q(source_id__isnull=False)
            ),
            models.CheckConstraint(name="note_is_ours", condition=Q(is_note=False) | Q(from_us=True)),
        ]

    def __str__(self) -> str:
        return self.subject or self.said[:60]

    @property
    def is_written_here(self) -> bool:
        """By one of us at this desk; what came in as a letter, even one of ours, came from outside."""
        return self.from_us and self.source_id is None

    @property
    def signed(self) -> str:
        """Whose words these are, as a person would say it."""
        if self.from_us and self.author is not None:
            return self.author.first_name
        return self.sender_name or self.sender_address


class Attachment(models.Model):
    """A file that came with a letter, or goes with one (or waits in a draft). The bytes lie in the blobs."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments")
    draft = models.ForeignKey("Draft", on_delete=models.SET_NULL, null=True, blank=True, related_name="attachments")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255, blank=True, default="")
    type = models.CharField(max_length=120, default="application/octet-stream")
    size = models.PositiveBigIntegerField()
    inline = models.BooleanField(default=False)
    content_id = models.CharField(max_length=255, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """Words not sent yet. They survive a closed tab, a crash, and the way home to another computer."""

    REPLY, NOTE, FORWARD, FIRST = "reply", "note", "forward", "first"

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    kind = models.CharField(max_length=8, default=REPLY)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, null=True, blank=True)
    recipients = models.JSONField(default=dict, blank=True)
    subject = models.CharField(max_length=400, blank=True, default="")
    html = models.TextField(blank=True, default="")
    answers = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "author", "conversation", "kind", name="one_draft_a_kind", condition=Q(conversation__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.author_id}"


class Event(models.Model):
    """Something that happened. Append-only; timeline, live screens, reports and stories read these."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, null=True, related_name="events", db_index=False
    )
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="events", db_index=False)
    verb = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    at = models.DateTimeField()
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="+")
    data = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index("conversation", "id", name="event_in_conversation"),
            models.Index("customer", "id", name="event_of_customer"),
            models.Index("at", name="event_at"),
        ]

    def __str__(self) -> str:
        return self.verb

    def __getitem__(self, key: str) -> Any:
        """Templates read what cannot be looked up later: {{ event.data.until }}."""
        return self.data[key]


class Nudge(models.Model):
    """Something a teammate should notice: they were mentioned, were handed a conversation, their letter came back."""

    teammate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="nudges")
    event = models.ForeignKey(Event, on_delete=models.CASCADE)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = NudgeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("teammate", F("id").desc(), name="nudge_unseen", condition=Q(seen_at__isnull=True))]

    def __str__(self) -> str:
        return self.kind
