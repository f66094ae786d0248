"""People join by a link, change roles, and leave; leaving ends every session of theirs at once."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from ..lib import broadcast
from ..lib.errors import NotPossible
from . import audiences
from .models import Role, Teammate

GOOD_FOR = timedelta(days=3)


class _Links(PasswordResetTokenGenerator):
    """A link is good once: choosing a password changes what it was made from."""

    key_salt = "secondring.team.joining"


_links = _Links()


@transaction.atomic
def invite(email: str, name: str, role: str, *, by: Teammate, at: datetime) -> Teammate:
    """Make a place for somebody. They come in by `way_in`, which whoever invites hands to them."""
    _may_give(by, role)
    email = email.strip().lower()
    if Teammate.objects.filter(email=email).exists():
        raise NotPossible(_("%(email)s is on the team already.") % {"email": email})
    teammate: Teammate = Teammate.objects.create_user(email, None, name=name.strip()[:80], role=role)
    broadcast.send("team")
    return teammate


def way_in(teammate: Teammate) -> str:
    """The path of a link by which this teammate, and nobody else, chooses a password; good once, for three days."""
    who = urlsafe_base64_encode(str(teammate.pk).encode())
    return f"/join/{who}/{_links.make_token(teammate)}/"


def whose(who: str, token: str) -> Teammate | None:
    """The teammate a link was made for; None when it is used, old, or made up."""
    try:
        pk = int(urlsafe_base64_decode(who))
    except ValueError:
        return None
    teammate = Teammate.objects.here().filter(pk=pk).first()
    return teammate if teammate is not None and _links.check_token(teammate, token) else None


@transaction.atomic
def choose_password(teammate: Teammate, password: str, *, at: datetime) -> Teammate:
    """A new password; every session made with the old one ends."""
    teammate.set_password(password)
    teammate.save(update_fields=["password"])
    sign_out_everywhere(teammate)
    return teammate


@transaction.atomic
def change_role(teammate: Teammate, role: str, *, by: Teammate, at: datetime) -> Teammate:
    """Give somebody another role. One owner always remains."""
    _may_give(by, role)
    _may_give(by, teammate.role)
    if teammate.is_owner and role != Role.OWNER:
        _another_owner(teammate)
    teammate.role = role
    teammate.save(update_fields=["role"])
    broadcast.send("team", "board")
    broadcast.send(f"access-{teammate.pk}", to=audiences.one(teammate.pk))
    return teammate


@transaction.atomic
def leave(teammate: Teammate, *, by: Teammate, at: datetime) -> Teammate:
    """They don't work here any more: no log-in, no open session, no open desk. What they said stays theirs."""
    _may_give(by, teammate.role)
    if teammate.is_owner:
        _another_owner(teammate)
    teammate.is_active = False
    teammate.left_at = at
    teammate.save(update_fields=["is_active", "left_at"])
    sign_out_everywhere(teammate)
    broadcast.send("team", "board")
    return teammate


@transaction.atomic
def come_back(teammate: Teammate, *, by: Teammate, at: datetime) -> Teammate:
    """They work here again. They choose a new password by `way_in`."""
    _may_give(by, teammate.role)
    teammate.is_active = True
    teammate.left_at = None
    teammate.set_unusable_password()
    teammate.save(update_fields=["is_active", "left_at", "password"])
    broadcast.send("team")
    return teammate


def has_second_step(teammate: Teammate) -> bool:
    """Do they come in by more than a password?"""
    return bool(Authenticator.objects.filter(user=teammate).exists())


def with_second_step() -> set[int]:
    """Who does."""
    return set(Authenticator.objects.values_list("user_id", flat=True))


@transaction.atomic
def forget_second_step(teammate: Teammate, *, by: Teammate | None, at: datetime) -> Teammate:
    """They lost their phone or key: passkeys, codes and recovery codes end, and the password alone lets them in.

    by: a lead (for an owner, an owner); None is whoever runs the machine.
    """
    if by is not None:
        _may_give(by, teammate.role)
    Authenticator.objects.filter(user=teammate).delete()
    sign_out_everywhere(teammate)
    return teammate


def sign_out_everywhere(teammate: Teammate, *, but: str | None = None) -> int:
    """End every session of theirs (but the one with this key); their open desks close within a second."""
    from allauth.usersessions.models import UserSession

    theirs = UserSession.objects.filter(user=teammate).exclude(session_key=but or "")
    keys = list(theirs.values_list("session_key", flat=True))
    ended, _each = Session.objects.filter(session_key__in=keys).delete()
    theirs.delete()
    broadcast.send(f"access-{teammate.pk}", to=audiences.one(teammate.pk))
    return ended


def _may_give(by: Teammate, role: str) -> None:
    if role not in Role.values:
        raise NotPossible(_("Choose a role first."))
    if not by.leads or (role == Role.OWNER and not by.is_owner):
        raise NotPossible(_("Only an owner can do that."))


def _another_owner(teammate: Teammate) -> None:
    others = Teammate.objects.here().filter(role=Role.OWNER).exclude(pk=teammate.pk)
    if not others.select_for_update().exists():
        raise NotPossible(_("Somebody has to own this place. Make somebody else an owner first."))
