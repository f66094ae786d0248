"""The teammates and the house they work in."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ..lib.hours import Hours
from ..lib.prepared import prepared


class Role(models.TextChoices):
    OWNER = "owner", _("owner")
    LEAD = "lead", _("lead")
    TEAMMATE = "teammate", _("teammate")
    PACKER = "packer", _("packer")


class TeammateQuerySet(QuerySet["Teammate"]):
    def here(self) -> "TeammateQuerySet":
        """Those who still work here."""
        return self.filter(is_active=True)

    def who_answer(self) -> "TeammateQuerySet":
        """Those who answer customers: everybody but packers."""
        return self.here().exclude(role=Role.PACKER)

    def who_came_in(self) -> "TeammateQuerySet":
        """Without those whose invitation still waits: they have no password, and have never been here."""
        return self.exclude(last_login__isnull=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def by_name(self) -> "TeammateQuerySet":
        return self.order_by("name", "pk")


class TeammateManager(BaseUserManager.from_queryset(TeammateQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Teammate":
        """A new teammate; without a password they can only come in by passkey or invitation."""
        teammate: Teammate = self.model(email=email.strip().lower(), **fields)
        teammate.set_password(password)
        teammate.save()
        return teammate


class Teammate(AbstractBaseUser):
    """A person of the house. The user model."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.TEAMMATE)
    about = models.CharField(_("what I know and love"), max_length=300, blank=True, default="")
    face = models.CharField(max_length=64, blank=True, default="")  # SHA-256 of a picture
    signature = models.TextField(_("signature"), blank=True, default="")
    preferences = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    here_at = models.DateTimeField(null=True, blank=True)  # the last sign of life on one of their desks, to a minute
    away_since = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = TeammateManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="teammate_who_left_is_not_active", condition=Q(left_at__isnull=True) | Q(is_active=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """What colleagues call them."""
        return self.name.split()[0] if self.name.strip() else self.email

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER

    @property
    def leads(self) -> bool:
        """May invite people and change what the whole house uses."""
        return self.role in (Role.OWNER, Role.LEAD)

    @property
    def answers(self) -> bool:
        """Does this person talk with customers?"""
        return self.role != Role.PACKER

    @property
    def sees_everything(self) -> bool:
        """Owners see every place; for all others the place says who may."""
        return self.is_owner

    @property
    def standing(self) -> tuple[bool, str]:
        """All that a question to the database asks of somebody but who they are (lib/prepared.py)."""
        return self.is_active, self.role

    def like_me(self, pk: int) -> "Teammate":
        """Somebody of the same standing, to write such a question with."""
        return Teammate(pk=pk, is_active=self.is_active, role=self.role)

    @property
    def is_away(self) -> bool:
        return self.away_since is not None


class Shift(models.Model):
    """A stretch of time in which somebody is on duty: whoever calls rings at them."""

    teammate = models.ForeignKey(Teammate, on_delete=models.CASCADE, related_name="shifts")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("teammate", name="one_shift_at_a_time", condition=Q(ended_at__isnull=True)),
            models.CheckConstraint(
                name="shift_ends_after_it_begins", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teammate_id} since {self.began_at}"


class House(models.Model):
    """The company itself; one row."""

    name = models.CharField(_("name of the company"), max_length=120, default="Second Ring")
    rule = models.CharField(max_length=160, default="Whatever makes them happy. Nobody to ask.")
    time_zone = models.CharField(max_length=64, default="UTC")
    hours = models.JSONField(default=dict, blank=True)
    first_run_code = models.CharField(max_length=128, blank=True, default="")  # hashed as a password is
    first_run_done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="one_house", condition=Q(pk=1))]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def ours(cls) -> "House":
        """The one row, made when it is first asked for."""
        found = _our_house()
        return found[0] if found else cls.objects.get_or_create(pk=1)[0]

    @property
    def opening_hours(self) -> Hours:
        return Hours.from_json(self.hours, self.time_zone)

    def is_open(self, at: datetime) -> bool:
        return self.opening_hours.is_open(at)


@prepared
def _our_house() -> QuerySet[House]:
    return House.objects.filter(pk=1)
