"""Customers, the ways to reach them, and what we learned about them."""

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """A person we serve. Everybody is Paul McCartney."""

    name = models.CharField(_("name"), max_length=160, blank=True, default="")
    about = models.CharField(_("who they are, in a line"), max_length=200, blank=True, default="")
    great = models.TextField(_("what is great about them"), blank=True, default="")
    face = models.CharField(max_length=64, blank=True, default="")  # SHA-256 of a picture
    city = models.CharField(_("where they live"), max_length=120, blank=True, default="")
    time_zone = models.CharField(_("their time zone"), max_length=64, blank=True, default="")
    site_url = models.URLField(_("their site"), max_length=300, blank=True, default="")
    site_title = models.CharField(max_length=200, blank=True, default="")
    site_picture = models.CharField(max_length=64, blank=True, default="")
    heard_of_us = models.CharField(_("where they heard of us"), max_length=300, blank=True, default="")
    heard_asked_at = models.DateTimeField(null=True, blank=True)
    first_contact_at = models.DateTimeField()
    people = models.ManyToManyField(  # of ours: their calls ring at these first
        settings.AUTH_USER_MODEL, related_name="own_customers", blank=True
    )

    class Meta:
        indexes = [models.Index("name", name="customer_name")]

    def __str__(self) -> str:
        return self.name or self.address or str(_("Somebody new"))

    @property
    def first_name(self) -> str:
        """How a letter to them would begin."""
        return self.name.split()[0] if self.name.strip() else str(self)

    @property
    def address(self) -> str:
        """The e-mail address they were first known by, or nothing."""
        return next((p.value for p in self.contact_points.all() if p.kind == ContactPoint.EMAIL), "")


class ContactPointQuerySet(QuerySet["ContactPoint"]):
    def emails(self) -> "ContactPointQuerySet":
        return self.filter(kind=ContactPoint.EMAIL)


class ContactPoint(models.Model):
    """One way to reach a customer, and the only way to find them: (kind, normalised value) is theirs alone."""

    EMAIL, PHONE = "email", "phone"
    KINDS = {EMAIL: _("e-mail address"), PHONE: _("telephone number")}

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=8, choices=KINDS)
    value = models.CharField(max_length=320)
    added_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True, blank=True)  # letters to it come back
    because = models.CharField(max_length=300, blank=True, default="")

    objects = ContactPointQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("kind", "value", name="contact_point_is_one_persons")]

    def __str__(self) -> str:
        return self.value


class FactQuerySet(QuerySet["Fact"]):
    def kept(self) -> "FactQuerySet":
        return self.filter(forgotten_at__isnull=True)


class Fact(models.Model):
    """Something a colleague learned: 'her cello is called Dona Amélia'."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="facts")
    text = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(name="fact_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.text


class Work(models.Model):
    """Something they made, to look at or listen to while you talk to them."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="works")
    title = models.CharField(max_length=200)
    cover = models.CharField(max_length=64, blank=True, default="")  # SHA-256
    sound = models.CharField(max_length=64, blank=True, default="")  # SHA-256
    seconds = models.PositiveIntegerField(default=0)
    peaks = models.JSONField(default=list, blank=True)  # 56 numbers 0..1, the outline of the sound

    def __str__(self) -> str:
        return self.title
