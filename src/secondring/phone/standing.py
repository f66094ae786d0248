"""How a line to the world is doing, in a sentence: what a provider last said, read from its row."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from .models import Trunk

WELL, WAITS, WRONG = "well", "waits", "wrong"


@dataclass(frozen=True, slots=True)
class Standing:
    """state: well, waits or wrong."""

    state: str
    words: str

    @property
    def is_wrong(self) -> bool:
        return self.state == WRONG


def of(trunk: Trunk | None, at: datetime) -> Standing:
    """Would a call from this provider reach us?"""
    if trunk is None:
        return Standing(WRONG, _("No provider brings its calls. Choose one below."))
    if trunk.trouble:
        return Standing(WRONG, trunk.trouble)
    if not (trunk.registers and trunk.user):
        return Standing(WELL, _("%(name)s sends calls straight to this machine; nobody has to log in.") % _names(trunk))
    if trunk.registered_until is None:
        return Standing(WAITS, _("%(name)s has not answered yet. It takes a few seconds.") % _names(trunk))
    if trunk.registered_until < at:
        return Standing(
            WRONG, _("%(name)s has not confirmed us in time. Calls may not come in just now.") % _names(trunk)
        )
    return Standing(WELL, _("%(name)s knows that we are here. Calls come in.") % _names(trunk))


def _names(trunk: Trunk) -> dict[str, str]:
    return {"name": trunk.name}
