"""What must leave: one row a recipient, written with the letter, collected by the worker of the channel's room."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from ..lib.leases import Leased
from .channels import CHANNELS
from .querysets import DeliveryQuerySet


class Delivery(Leased):
    """One recipient that one letter must reach. At least once; the Message-ID was fixed when the letter was written."""

    message = models.ForeignKey("conversations.Message", on_delete=models.CASCADE, related_name="deliveries")
    place = models.ForeignKey("conversations.Place", on_delete=models.CASCADE, db_index=False)
    channel = models.CharField(max_length=8, choices=CHANNELS)
    recipient = models.CharField(max_length=320)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)  # the next server said yes
    refused_at = models.DateTimeField(null=True)  # it will not be tried again
    bounced_at = models.DateTimeField(null=True)  # it had been accepted, and came back
    because = models.CharField(max_length=500, blank=True, default="")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        app_label = "conversations"
        ordering = ["pk"]
        indexes = [
            models.Index(
                "due_at", "id", name="delivery_due", condition=Q(sent_at__isnull=True, refused_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint("message", "recipient", name="delivery_once_a_recipient"),
            models.CheckConstraint(
                name="sent_or_refused", condition=Q(sent_at__isnull=True) | Q(refused_at__isnull=True)
            ),
            models.CheckConstraint(
                name="bounced_was_sent", condition=Q(bounced_at__isnull=True) | Q(sent_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.recipient

    @property
    def due_at_first(self) -> datetime:
        """When it was first meant to leave; `due_at` moves with every retry."""
        return self.message.due_at or self.due_at
