"""Mailboxes, and every letter that ever came with what became of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..conversations.models import Conversation, Message, Place
from ..lib import sealed
from ..lib.leases import Leased
from .querysets import IncomingEmailQuerySet, MailboxQuerySet


class Security(models.TextChoices):
    TLS = "tls", _("encrypted (TLS)")
    STARTTLS = "starttls", _("encrypted after greeting (STARTTLS)")
    NONE = "none", _("not encrypted")


class Mailbox(models.Model):
    """One shared address: how its letters come in, how ours go out, and how it is doing."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, related_name="mailbox")
    address = models.EmailField(_("address"), max_length=320, unique=True)
    aliases = models.JSONField(default=list, blank=True)  # further addresses that mean this mailbox
    shown_name = models.CharField(_("name customers see"), max_length=120, blank=True, default="")
    signature = models.TextField(_("signature"), blank=True, default="")

    imap_host = models.CharField(_("server for letters in"), max_length=253, blank=True, default="")
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=8, choices=Security.choices, default=Security.TLS)
    smtp_host = models.CharField(_("server for letters out"), max_length=253, blank=True, default="")
    smtp_port = models.PositiveIntegerField(default=587)
    smtp_security = models.CharField(max_length=8, choices=Security.choices, default=Security.STARTTLS)
    login = models.CharField(_("user name"), max_length=320, blank=True, default="")
    password_sealed = models.TextField(blank=True, default="")
    oauth = models.JSONField(default=dict, blank=True)  # provider's addresses and client id; secrets below
    oauth_sealed = models.TextField(blank=True, default="")  # JSON: client secret, refresh token, access token
    keeps_sent = models.BooleanField(default=True)  # put a copy of what we send into Sent
    marks_seen = models.BooleanField(default=False)
    accepts_direct = models.BooleanField(default=False)  # our own inlet takes letters for it
    dkim_selector = models.CharField(max_length=63, blank=True, default="")
    dkim_key_sealed = models.TextField(blank=True, default="")
    trusted_hosts = models.JSONField(default=list, blank=True)  # whose Authentication-Results we believe

    connected_at = models.DateTimeField(null=True, blank=True)  # what came before is history
    looked_at = models.DateTimeField(null=True, blank=True)  # when we last asked for letters and were answered
    last_letter_at = models.DateTimeField(null=True, blank=True)
    troubles = models.JSONField(default=dict, blank=True)  # {"in": words, "out": words}; `trouble` is both, to be shown
    trouble = models.CharField(max_length=500, blank=True, default="")
    trouble_since = models.DateTimeField(null=True, blank=True)
    trouble_told_at = models.DateTimeField(null=True, blank=True)
    domain_report = models.JSONField(default=dict, blank=True)
    checks = models.JSONField(default=dict, blank=True)  # the last try of its doors: {"began", "steps", "done"}
    paused_at = models.DateTimeField(null=True, blank=True)

    objects = MailboxQuerySet.as_manager()

    def __str__(self) -> str:
        return self.address

    @property
    def password(self) -> str:
        return sealed.unseal(self.password_sealed)

    @password.setter
    def password(self, password: str) -> None:
        self.password_sealed = sealed.seal(password)

    @property
    def addresses(self) -> set[str]:
        """Every address that means this mailbox, lower-case."""
        return {self.address.lower(), *(each.lower() for each in self.aliases)}

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()


class Folder(models.Model):
    """How far a folder of the mailbox has been read."""

    INBOX, SENT, JUNK = "inbox", "sent", "junk"

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="folders")
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=255)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)  # everything up to here is kept or known
    history_from_uid = models.BigIntegerField(null=True)  # what lay here before we came ends at this one

    class Meta:
        constraints = [models.UniqueConstraint("mailbox", "kind", name="folder_once_a_kind")]

    def __str__(self) -> str:
        return self.name


class Fate(models.TextChoices):
    """What became of a letter; empty until it is understood."""

    MESSAGE = "message", _("on the desk")
    BOUNCE = "bounce", _("a letter of ours that came back")
    AUTO_REPLY = "auto_reply", _("an automatic answer, filed")
    COMPLAINT = "complaint", _("a complaint from a mail provider, filed")
    LIST = "list", _("a newsletter or list, filed")
    OWN = "own", _("our own letter")
    DUPLICATE = "duplicate", _("the same letter again")
    JUNK = "junk", _("junk")
    ASIDE = "aside", _("put aside")


class IncomingEmail(Leased):
    """A letter as it came. Kept before it is opened; never deleted by us."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="letters", db_index=False)
    via = models.CharField(max_length=8)  # imap, sent, inlet, history, demo
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    kept_at = models.DateTimeField()
    folder = models.CharField(max_length=255, blank=True, default="")
    uid_validity = models.BigIntegerField(null=True, blank=True)
    uid = models.BigIntegerField(null=True, blank=True)
    envelope = models.JSONField(default=dict, blank=True)  # of the inlet: {"from": …, "to": […], "peer": …}

    message_id = models.CharField(max_length=998, blank=True, default="")
    body_hash = models.CharField(max_length=64, blank=True, default="")
    sender = models.CharField(max_length=320, blank=True, default="")
    subject = models.CharField(max_length=400, blank=True, default="")
    fate = models.CharField(max_length=10, blank=True, default="", choices=Fate.choices)
    understood_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=500, blank=True, default="")  # why it was put aside or filed, in words
    tries = models.PositiveSmallIntegerField(default=0)
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)
    became = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="came_as")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.SET_NULL, null=True, blank=True, related_name="letters"
    )  # the one a filed letter concerns

    objects = IncomingEmailQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index("id", name="letter_to_understand", condition=Q(understood_at__isnull=True)),
            models.Index("mailbox", "message_id", name="letter_message_id"),
            models.Index("mailbox", "sha256", name="letter_bytes"),
            models.Index("fate", F("id").desc(), name="letter_by_fate"),
            models.Index("mailbox", F("id").desc(), name="letter_in_mailbox"),
        ]
        constraints = [
            models.UniqueConstraint(
                "mailbox", "folder", "uid_validity", "uid",
                name="letter_once_a_uid", condition=Q(uid__isnull=False),
            ),
            models.CheckConstraint(
                name="understood_letters_have_a_fate",
                condition=Q(understood_at__isnull=True, fate="") | (Q(understood_at__isnull=False) & ~Q(fate="")),
            ),
            models.CheckConstraint(
                name="duplicates_name_the_first",
                condition=~Q(fate="duplicate") | Q(duplicate_of__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject or self.message_id or self.sha256[:12]


class EmailThread(models.Model):
    """Which conversation a Message-ID belongs to, so that an answer to it finds home."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, db_index=False)
    message_id = models.CharField(max_length=998)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="threads")

    class Meta:
        indexes = [models.Index("message_id", name="thread_message_id")]
        constraints = [models.UniqueConstraint("place", "message_id", "conversation", name="thread_once")]

    def __str__(self) -> str:
        return self.message_id


class Block(models.Model):
    """A sender or a domain whose letters go to junk."""

    value = models.CharField(max_length=320, unique=True)  # ana@example.org or @example.org
    by = models.ForeignKey("team.Teammate", on_delete=models.SET_NULL, null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.value
