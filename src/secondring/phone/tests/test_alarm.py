"""Who is woken when it rings, by a real message to a real service; and who is not, or not any more."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session

from secondring import testing as t
from secondring.lib import clock, remote
from secondring.lib.errors import NotPossible
from secondring.phone import subscribing, web_push
from secondring.phone.alarm import PushAlarm
from secondring.phone.happenings import CALLER, Left
from secondring.phone.models import PushDevice, PushKey
from secondring.team.models import Teammate

from .fakes import House, leg, tell
from .push_service import Device, PushService, push_service

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PushService]:
    folder = tmp_path / "push"
    folder.mkdir()
    with push_service(folder) as running:
        yield running


def logged_in(name: str, *, lasts: timedelta = timedelta(days=1)) -> str:
    Session.objects.create(session_key=name, session_data="", expire_date=clock.now() + lasts)
    return name


def owns(teammate: Teammate, service: PushService, name: str, *, session: str = "") -> Device:
    device = Device()
    subscribing.subscribe(
        teammate, endpoint=service.endpoint(name), public=device.public,
        secret=web_push.written(device.secret), session=session or logged_in(name), at=t.MONDAY,
    )  # fmt: skip
    return device


def alarmed(house: House, service: PushService) -> House:
    house.control.alarm = PushAlarm(house.book, "https://desk.example", service.post)
    return house


def test_the_first_ring_wakes_who_is_on_duty_with_no_desk_open_and_the_second_who_said_so(
    tmp_path: Path, service: PushService
) -> None:
    bea, mae = owns(t.bea(), service, "bea"), owns(t.mae(), service, "mae")

    async def story(house: House) -> None:
        alarmed(house, service).open.clear()
        call = await house.call()
        service.wait_for(1)
        path, headers, _body = service.came[0]
        assert path == "/bea"
        said = service.words(bea, 0)
        assert (said["what"], said["key"], said["title"]) == ("ring", call.key, "+351 21 000 0000")
        assert (headers["Urgency"], headers["Topic"], headers["TTL"]) == ("high", call.key, "45")
        assert headers["Content-Encoding"] == "aes128gcm"
        assert headers["Authorization"].startswith("vapid t=")
        await house.wait(6)
        service.wait_for(2)
        assert service.came[1][0] == "/mae"
        assert service.words(mae, 1)["what"] == "ring"
        await call.says(CALLER, Left)
        service.wait_for(4)
        assert sorted(path for path, _h, _b in service.came[2:]) == ["/bea", "/mae"]
        assert {
            service.words(bea if path == "/bea" else mae, 2 + at)["what"]
            for at, (path, _h, _b) in enumerate(service.came[2:])
        } == {"over"}

    tell(tmp_path, story)


def test_who_picked_up_elsewhere_is_told_to_the_others(tmp_path: Path, service: PushService) -> None:
    cal, bea = owns(t.cal(), service, "cal"), leg(t.bea())

    async def story(house: House) -> None:
        call = await alarmed(house, service).call()
        service.wait_for(1)
        await call.answered_by(bea)
        service.wait_for(2)
        assert service.words(cal)["says"] == "Somebody has the call."

    tell(tmp_path, story)


def test_a_device_that_has_gone_is_forgotten_and_one_that_is_only_busy_is_not(
    tmp_path: Path, service: PushService
) -> None:
    owns(t.bea(), service, "gone")
    owns(t.bea(), service, "busy")
    service.answers = {"/gone": 410, "/busy": 503}

    async def story(house: House) -> None:
        await alarmed(house, service).call()
        service.wait_for(2)
        alarm = house.control.alarm
        assert isinstance(alarm, PushAlarm)
        alarm._hands.shutdown(wait=True)
        await house.rests()

    tell(tmp_path, story)
    assert [each.endpoint.rpartition("/")[2] for each in PushDevice.objects.all()] == ["busy"]


def test_a_log_in_that_has_ended_wakes_nobody(tmp_path: Path, service: PushService) -> None:
    owns(t.bea(), service, "old", session=logged_in("old", lasts=-timedelta(hours=1)))
    owns(t.bea(), service, "left", session="a session that was deleted")
    gone = owns(t.cal(), service, "cal")
    assert gone
    Teammate.objects.filter(pk=t.cal().pk).update(is_active=False)
    assert subscribing.addresses([t.bea().pk, t.cal().pk], clock.now()) == []


def test_a_browser_belongs_to_who_sat_there_last(service: PushService) -> None:
    owns(t.bea(), service, "shared", session=logged_in("one"))
    owns(t.cal(), service, "shared", session=logged_in("two"))
    assert [each.teammate for each in PushDevice.objects.all()] == [t.cal()]
    assert subscribing.unsubscribe(t.bea(), endpoint=service.endpoint("shared"), at=t.MONDAY) == 0
    assert subscribing.unsubscribe(t.cal(), endpoint=service.endpoint("shared"), at=t.MONDAY) == 1


def test_the_oldest_of_many_devices_makes_room(service: PushService) -> None:
    for number in range(subscribing.MOST + 2):
        owns(t.bea(), service, f"device-{number}")
    left = set(PushDevice.objects.values_list("endpoint", flat=True))
    assert len(left) == subscribing.MOST
    assert service.endpoint("device-0") not in left


@pytest.mark.parametrize(
    "endpoint", ["http://push.example/x", "https:///x", "file:///etc/passwd", "https://x/" + "y" * 1000]
)
def test_an_address_no_browser_gives_is_refused(endpoint: str) -> None:
    device = Device()
    secret = web_push.written(device.secret)
    with pytest.raises(NotPossible):
        subscribing.subscribe(t.bea(), endpoint=endpoint, public=device.public, secret=secret, session="s", at=t.MONDAY)


def test_a_push_address_inside_the_house_is_never_called(service: PushService) -> None:
    with pytest.raises(remote.NotFetched, match="private network"):
        remote.post(service.endpoint("x"), b"", headers={}, time_limit=5, resolve=lambda *_: ["127.0.0.1"])
    assert service.came == []


def test_the_key_is_made_once_and_anew_only_when_its_seal_is_lost() -> None:
    first = subscribing.our_key().private_numbers()
    assert subscribing.our_key().private_numbers() == first
    PushKey.objects.update(private_sealed="sealed with another secret")
    again = subscribing.our_key().private_numbers()
    assert again != first
    assert subscribing.our_key().private_numbers() == again
