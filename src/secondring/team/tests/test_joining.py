"""People join, change roles and leave."""

import pytest

from secondring import testing as t
from secondring.lib.errors import NotPossible
from secondring.team import joining

pytestmark = pytest.mark.django_db


def test_a_link_lets_one_person_choose_a_password_once() -> None:
    newcomer = joining.invite("Noor@Harbourrow.example", "Noor", "teammate", by=t.lea(), at=t.MONDAY)
    _join, who, token = joining.way_in(newcomer).strip("/").split("/")
    assert joining.whose(who, token) == newcomer
    newcomer.set_password("a long sentence of mine")
    newcomer.save()
    assert joining.whose(who, token) is None
    assert joining.whose("x" + who, token) is None
    assert joining.whose(who, "made-up") is None


def test_only_an_owner_makes_or_unmakes_owners_and_teammates_invite_nobody() -> None:
    for by, role in [(t.lea(), "owner"), (t.bea(), "teammate")]:
        with pytest.raises(NotPossible, match="owner"):
            joining.invite("new@harbourrow.example", "New", role, by=by, at=t.MONDAY)
    with pytest.raises(NotPossible):
        joining.change_role(t.mae(), "teammate", by=t.lea(), at=t.MONDAY)


def test_one_owner_always_remains() -> None:
    with pytest.raises(NotPossible, match="Somebody has to own"):
        joining.change_role(t.mae(), "lead", by=t.mae(), at=t.MONDAY)
    with pytest.raises(NotPossible, match="Somebody has to own"):
        joining.leave(t.mae(), by=t.mae(), at=t.MONDAY)


def test_who_left_cannot_come_in_and_comes_back_only_with_a_new_password() -> None:
    bea = joining.leave(t.bea(), by=t.lea(), at=t.MONDAY)
    assert not bea.is_active
    bea = joining.come_back(bea, by=t.lea(), at=t.after(days=1))
    assert bea.is_active
    assert not bea.has_usable_password()
