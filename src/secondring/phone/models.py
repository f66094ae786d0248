"""Trunks, numbers of ours, and every call with its legs: the book that the phone process keeps beside the sound."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..conversations.models import Conversation, Message, Place
from ..customers.models import Customer
from ..lib import sealed
from .outbound import CallOut, Outbound, TestCall
from .querysets import CallQuerySet, PhoneNumberQuerySet, RecordingQuerySet
from .rings import Cadence

__all__ = [
    "Call", "CallLeg", "CallOut", "Outbound", "PhoneNumber", "PlaceWords", "Recording", "TestCall", "Trunk", "Voicemail",
]  # fmt: skip


RECORDINGS_STAY = 14  # days, unless a place says otherwise


class Trunk(models.Model):
    """The line to the world: a provider's account. What it does at the moment stands beside what we were told about it."""

    name = models.CharField(_("name"), max_length=80)
    provider = models.CharField(max_length=40, blank=True, default="")  # a preset's name
    host = models.CharField(_("server"), max_length=253)
    port = models.PositiveIntegerField(default=5060)
    user = models.CharField(_("user name"), max_length=120, blank=True, default="")
    password_sealed = models.TextField(blank=True, default="")
    realm = models.CharField(max_length=120, blank=True, default="")  # pinned by the first challenge
    registers = models.BooleanField(default=True)
    addresses = models.JSONField(default=list, blank=True)  # who may send us calls; anybody else hears nothing
    channels = models.PositiveIntegerField(_("calls at once"), default=10)
    dials_emergency = models.BooleanField(default=False)  # the trunk says that it carries emergency calls
    registered_until = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=500, blank=True, default="")
    trouble_since = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def password(self) -> str:
        return sealed.unseal(self.password_sealed)

    @password.setter
    def password(self, password: str) -> None:
        self.password_sealed = sealed.seal(password)


class PhoneNumber(models.Model):
    """A number of ours: how it rings, when it is answered, what it says when really nobody is there."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, related_name="phone_number")
    number = models.CharField(_("number"), max_length=20, unique=True)  # E.164
    region = models.CharField(max_length=2, default="US")  # how national numbers of callers are read
    trunk = models.ForeignKey(Trunk, on_delete=models.SET_NULL, null=True, blank=True, related_name="numbers")
    ring_on = models.FloatField(default=2.0)  # seconds
    ring_off = models.FloatField(default=4.0)
    greets_after = models.PositiveSmallIntegerField(default=10)  # rings

    objects = PhoneNumberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="number_rings", condition=Q(ring_on__gt=0, ring_off__gte=0)),
            models.CheckConstraint(name="number_rings_twice_at_least", condition=Q(greets_after__gte=2)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def cadence(self) -> Cadence:
        return Cadence(self.ring_on, self.ring_off)


class PlaceWords(models.Model):
    """What a number, or the web's 'Call us', says of itself: the company's own recorded words."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, primary_key=True, related_name="words")
    greeting = models.CharField(max_length=64, blank=True, default="")  # SHA-256
    greeting_seconds = models.FloatField(default=0)
    records = models.BooleanField(default=False)  # talks are recorded here; never without the words that say so
    notice = models.CharField(max_length=64, blank=True, default="")  # SHA-256 of those words
    notice_seconds = models.FloatField(default=0)
    consent = models.TextField(blank=True, default="")  # what a web caller reads before they press; "" for ours
    keeps_days = models.PositiveSmallIntegerField(default=RECORDINGS_STAY)

    class Meta:
        constraints = [
            models.CheckConstraint(name="records_never_unsaid", condition=Q(records=False) | ~Q(notice="")),
            models.CheckConstraint(name="recordings_go_one_day", condition=Q(keeps_days__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.greeting_seconds:.0f} s"


class Call(models.Model):
    """One call, in or out. Written by the phone process that has it (`node`), beside the sound, never in its way."""

    key = models.CharField(max_length=32, unique=True, editable=False)
    node = models.CharField(max_length=80)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="calls")
    outgoing = models.BooleanField(default=False)
    is_test = models.BooleanField(default=False)
    was_open = models.BooleanField(default=True)  # it began in opening hours
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls"
    )
    untold = models.JSONField(default=list, blank=True)  # what happened before the conversation was chosen
    from_number = models.CharField(max_length=64, blank=True, default="")  # E.164 where it can be read so
    from_name = models.CharField(max_length=200, blank=True, default="")
    to_number = models.CharField(max_length=64, blank=True, default="")
    ring_on = models.FloatField(default=2.0)
    ring_off = models.FloatField(default=4.0)
    began_at = models.DateTimeField()  # our first 180; web calls: the click
    claim_no = models.PositiveIntegerField(default=0)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls"
    )
    claimed_leg = models.CharField(max_length=32, blank=True, default="")
    claimed_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    heard_at = models.DateTimeField(null=True, blank=True)  # sound both ways, for the first time
    missed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=40, blank=True, default="")

    objects = CallQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("began_at", name="call_began"),
            models.Index("node", name="call_running", condition=Q(ended_at__isnull=True)),
            models.Index("customer", F("began_at").desc(), name="call_of_customer"),
            models.Index("from_number", name="call_from_number", condition=Q(outgoing=False)),
            models.Index("began_at", name="call_out_began", condition=Q(outgoing=True)),
        ]
        constraints = [
            models.CheckConstraint(
                name="claimed_by_a_leg",
                condition=Q(claimed_at__isnull=True, claimed_leg="")
                | (Q(claimed_at__isnull=False) & ~Q(claimed_leg="")),
            ),
            models.CheckConstraint(
                name="heard_was_answered", condition=Q(heard_at__isnull=True) | Q(answered_at__isnull=False)
            ),
            models.CheckConstraint(
                name="ended_for_a_reason",
                condition=Q(ended_at__isnull=True, because="") | (Q(ended_at__isnull=False) & ~Q(because="")),
            ),
            models.CheckConstraint(
                name="ends_after_it_begins", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def cadence(self) -> Cadence:
        return Cadence(self.ring_on, self.ring_off)

    @property
    def talked(self) -> timedelta:
        """How long a person had them. Kept as care given; never shown as a figure."""
        if self.answered_at is None or self.ended_at is None:
            return timedelta(0)
        return max(self.ended_at - self.answered_at, timedelta(0))


class CallLeg(models.Model):
    """One stretch in which one leg rang, or had the call: the ring-by-ring record."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="legs")
    leg = models.CharField(max_length=32)
    teammate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    began_at = models.DateTimeField()  # we told it to ring
    rang_at = models.DateTimeField(null=True)  # it said that it rings
    picked_at = models.DateTimeField(null=True)  # a hand
    flowing_at = models.DateTimeField(null=True)  # its sound came
    ended_at = models.DateTimeField(null=True)
    because = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.leg


class Voicemail(models.Model):
    """What somebody said when nobody was there; it waits as a letter does."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="voicemail")
    sha256 = models.CharField(max_length=64)
    seconds = models.FloatField()
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.seconds:.0f} s"


class Recording(models.Model):
    """A talk that was recorded. Its sound is a file that bears the call's key; the row says why it is there, or is gone."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="recording")
    began_at = models.DateTimeField()  # both had heard that it would be
    stopped_at = models.DateTimeField(null=True, blank=True)  # before the call was over
    ended_at = models.DateTimeField(null=True, blank=True)  # the call is over, and the file whole
    seconds = models.FloatField(default=0)
    gone_at = models.DateTimeField(null=True, blank=True)
    gone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    gone_because = models.CharField(max_length=20, blank=True, default="")  # asked, deleted, time, empty

    objects = RecordingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("began_at", name="recording_here", condition=Q(gone_at__isnull=True))]
        constraints = [
            models.CheckConstraint(
                name="recording_gone_for_a_reason",
                condition=Q(gone_at__isnull=True, gone_because="") | (Q(gone_at__isnull=False) & ~Q(gone_because="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seconds:.0f} s"


class PushDevice(models.Model):
    """A browser that is woken when a call rings at its person."""

    teammate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_devices")
    session = models.CharField(max_length=40)  # the log-in it was made in; when that ends, so does this
    endpoint = models.CharField(max_length=1000, unique=True)
    public = models.CharField(max_length=120)  # p256dh and auth of RFC 8291, base64url
    secret = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.teammate_id} {self.pk}"


class PushKey(models.Model):
    """The one key that signs what wakes browsers (RFC 8292). One row, pk 1."""

    private_sealed = models.TextField()

    def __str__(self) -> str:
        return "the key for push messages"

    @property
    def private(self) -> str:
        return sealed.unseal(self.private_sealed)

    @private.setter
    def private(self, pem: str) -> None:
        self.private_sealed = sealed.seal(pem)
