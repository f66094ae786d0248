"""Calling out: off until an owner turns it on, within limits that make a break-in cheap; and every attempt is a row.

The limits are counted from rows in the same transaction that allows the next call, with the one row of the rules held.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from ..conversations.models import Conversation, Place
from ..customers.models import Customer


class Outbound(models.Model):
    """What may be dialled from here; one row."""

    on_at = models.DateTimeField(null=True, blank=True)
    first_on_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(
        null=True, blank=True
    )  # a limit of the whole house was hit; an owner looks, and turns it on
    because = models.CharField(max_length=40, blank=True, default="")
    countries = models.JSONField(default=list, blank=True)  # ISO 3166
    at_once = models.PositiveSmallIntegerField(default=2)
    per_hour = models.PositiveSmallIntegerField(default=30)
    minutes_a_day = models.PositiveSmallIntegerField(default=240)
    each_per_hour = models.PositiveSmallIntegerField(default=15)
    each_minutes_a_day = models.PositiveSmallIntegerField(default=120)

    class Meta:
        constraints = [
            models.CheckConstraint(name="one_outbound", condition=Q(pk=1)),
            models.CheckConstraint(
                name="stopped_is_not_on", condition=Q(stopped_at__isnull=True) | Q(on_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return "on" if self.is_on else "off"

    @classmethod
    def ours(cls) -> "Outbound":
        """The one row, made when it is first asked for."""
        return cls.objects.get_or_create(pk=1)[0]

    @property
    def is_on(self) -> bool:
        return self.on_at is not None


class CallOut(models.Model):
    """Somebody wanted to dial: allowed under a key that is good once, for a moment; or refused, and why."""

    key = models.CharField(max_length=32, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="calls_out")
    written = models.CharField(max_length=40)
    number = models.CharField(max_length=20, blank=True, default="")
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    trunk = models.ForeignKey("phone.Trunk", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    shown = models.CharField(max_length=20, blank=True, default="")  # the number of ours that they see
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes = [models.Index("asked_at", name="call_out_asked")]
        constraints = [
            models.CheckConstraint(
                name="refused_for_a_reason",
                condition=Q(refused_at__isnull=True, because="") | (Q(refused_at__isnull=False) & ~Q(because="")),
            ),
        ]

    def __str__(self) -> str:
        return self.written

    @property
    def is_allowed(self) -> bool:
        return self.refused_at is None


class TestCall(models.Model):
    """'Call me now': one try, and what came of it."""

    __test__ = False  # no test of ours: a call that tests
    key = models.CharField(max_length=32, unique=True, editable=False)
    teammate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="test_calls")
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=20, blank=True, default="")  # their own telephone; "" rings at their desk
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    picked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    loudness = models.PositiveIntegerField(null=True, blank=True)  # of what we heard: 0 to 32767
    they_heard = models.BooleanField(null=True, blank=True)  # as they say themselves

    class Meta:
        indexes = [models.Index("teammate", models.F("asked_at").desc(), name="test_call_newest")]

    def __str__(self) -> str:
        return self.key
