"""A prepared question answers what the plain one would, whoever asks, and refuses what would make it answer something else."""

from collections.abc import Hashable

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from secondring import testing as t
from secondring.conversations.models import Conversation, Place
from secondring.lib import prepared
from secondring.lib.counting import counted
from secondring.lib.prepared import Given, Values
from secondring.team.models import Role, Teammate

pytestmark = pytest.mark.django_db


@prepared.prepared
def seen_since(teammate: Teammate, at: object, *, newest: bool = False) -> QuerySet[Conversation]:
    rows = Conversation.objects.visible_to(teammate).filter(opened_at__gte=at).select_related("customer")
    return rows.order_by("-pk" if newest else "pk")[:3]


@prepared.prepared
def these(numbers: tuple[int, ...]) -> QuerySet[Conversation]:
    return Conversation.objects.filter(pk__in=numbers).order_by("pk")


def letters() -> list[Conversation]:
    hidden = t.a_mailbox("boss@harbourrow.example", everyone=False)
    t.a_letter(t.lou(), at=t.after(5), mailbox=hidden)
    return [t.a_letter(t.ana(), at=t.after(seconds)).conversation for seconds in (0, 10, 20, 30)]


def test_each_asks_with_their_own_eyes_and_their_own_moment() -> None:
    made = letters()
    for _again in range(2):
        assert len(seen_since(t.mae(), t.after(0))) == 3
        assert seen_since(t.bea(), t.after(0)) == made[:3]
        assert seen_since(t.bea(), t.after(20)) == made[2:]
        assert seen_since(t.bea(), t.after(20), newest=True) == made[:1:-1]
        assert seen_since(t.pia(), t.after(0)) == []


def test_whoever_stops_being_an_owner_sees_no_more_than_others() -> None:
    made, mae = letters(), t.mae()
    assert len(seen_since(mae, t.after(0), newest=True)) == 3
    mae.role = Role.TEAMMATE
    assert seen_since(mae, t.after(0)) == made[:3]
    mae.is_active = False
    assert seen_since(mae, t.after(0)) == []


def test_the_rows_bring_what_hangs_on_them_without_another_question() -> None:
    letters()
    bea, ana = t.bea(), str(t.ana())
    with CaptureQueriesContext(connection) as asked:
        assert [str(each.customer) for each in seen_since(bea, t.after(0))] == [ana] * 3
    assert len(asked) == 1


def test_lists_of_any_length_are_asked_for() -> None:
    made = letters()
    for length in (0, 1, 2, 4, 2):
        assert these(tuple(each.pk for each in made[:length])) == made[:length]


def test_its_sql_is_written_once_for_each_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "is_checked", False)
    written = []

    @prepared.prepared
    def named(number: int, channel: str) -> QuerySet[Place]:
        written.append(channel)
        return Place.objects.filter(pk=number, channel=channel)

    for number in range(5):
        named(number, "mail")
    named(1, "phone")
    assert written == ["mail", "phone"]


def test_a_value_that_decides_is_found_out_by_the_tests() -> None:
    @prepared.prepared
    def wrong(number: int) -> QuerySet[Place]:
        return Place.objects.filter(pk=number) if number > 0 else Place.objects.exclude(pk=number)

    with pytest.raises(AssertionError, match="did not go into its conditions alone"):
        wrong(5)


def test_a_value_cannot_say_how_many() -> None:
    @prepared.prepared
    def first(number: int) -> QuerySet[Place]:
        return Place.objects.order_by("pk")[:number]

    with pytest.raises(ValueError, match="Negative"):
        first(5)


def test_a_row_that_may_change_is_no_argument() -> None:
    with pytest.raises(TypeError, match="Give its number"):
        Values((t.a_letter().conversation,), {})


def test_ever_new_shapes_do_not_fill_the_memory() -> None:
    kept: dict[Hashable, int] = dict.fromkeys(range(prepared.SHAPES), 0)
    prepared.make_room(kept)
    assert not kept


def test_several_counts_are_one_question_and_stop_where_nobody_reads_on() -> None:
    @counted(2)
    def numbers(teammate: Teammate) -> dict[str, QuerySet[Conversation]]:
        rows = Conversation.objects.visible_to(teammate)
        return {"all": rows, "none": rows.none(), "closed": rows.closed()}

    letters()
    for teammate in (t.mae(), t.bea()):
        with CaptureQueriesContext(connection) as asked:
            assert numbers(teammate) == {"all": 2, "none": 0, "closed": 0}
        assert len(asked) == 1


def test_given_words_are_no_shape() -> None:
    @prepared.prepared
    def named(name: Given) -> QuerySet[Place]:
        return Place.objects.filter(name=name)

    for name in ("post@harbourrow.example", "%s' OR 1=1", ""):
        place = Place.objects.create(channel="mail", name=name)
        assert named(Given(name)) == [place]
