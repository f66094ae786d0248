"""Who wrote a letter, as far as the letter says: usually From; behind a contact form the person whom answers reach."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .addresses import Address
from .models import IncomingEmail
from .ours import Ours
from .parsed import ParsedEmail

NO_REPLY = re.compile(
    r"^(?:no-?reply|do-?not-?reply|donotreply|noreply|wordpress|www-data|apache|nobody|webform|form|forms|"
    r"contact-?form|website|notifications?|mailer)(?:[-+._].*)?@",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Writer:
    """The person behind the letter. `because` says in words when that is not simply who From names."""

    address: str
    name: str = ""
    because: str = ""


def writer(parsed: ParsedEmail, ours: Ours) -> Writer | None:
    """Who is to be answered; None when the letter does not say."""
    sender = parsed.from_
    answers_to = next((each for each in parsed.reply_to if not ours.has(each.email)), None)
    if sender is None or not sender.email:
        return _without_from(parsed, answers_to)
    if answers_to is not None and answers_to.email != sender.email and _is_form(sender, ours):
        because = _("It came through a form: %(form)s sent it, and answers go to %(person)s.")
        return Writer(
            answers_to.email,
            answers_to.name or sender.name,
            because % {"form": sender.email, "person": answers_to.email},
        )
    return Writer(sender.email, sender.name)


def _is_form(sender: Address, ours: Ours) -> bool:
    return bool(NO_REPLY.match(sender.email)) or sender.email.rpartition("@")[2] in ours.domains


def _without_from(parsed: ParsedEmail, answers_to: Address | None) -> Writer | None:
    other = answers_to or parsed.sender
    if other is None or not other.email:
        return None
    return Writer(other.email, other.name, _("The letter does not say who wrote it; answers go to %s.") % other.email)


def unknown(letter: IncomingEmail) -> Writer:
    """A name for somebody who gave none, so that a person can still read and keep the letter."""
    return Writer(f"letter-{letter.pk}@unknown.invalid", _("Somebody who did not say who they are"))
