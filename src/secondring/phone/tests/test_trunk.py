"""The trunk as a provider meets it: every message by hand, against the real stack in a process of its own."""

import time

import pytest

from .. import sdp
from .telephones import NUMBER, Caller, Running, exchange_running


@pytest.fixture(scope="module")
def house():
    with exchange_running() as running:
        yield running


def talk(running: Running, caller: Caller) -> str:
    """A call that is answered. Its key."""
    caller.invite()
    call = running.hears("arrived")["call"]
    caller.gets(180)
    running.tell("accept", call=call)
    caller.gets(200)
    caller.ack()
    return str(call)


def test_a_call_rings_and_is_answered_and_the_caller_hangs_up(house) -> None:
    running, port = house
    with Caller(port) as caller:
        caller.invite()
        arrived = running.hears("arrived")
        assert (arrived["number"], arrived["caller"], arrived["name"]) == (NUMBER, "+15551234", "Ana")
        assert caller.gets(180).body == "", "the carrier's own ringing plays"
        running.tell("accept", call=arrived["call"])
        answer = sdp.read(caller.gets(200).body)
        assert answer.address == "127.0.0.1"
        caller.ack()
        caller.ask("BYE")
        caller.gets(200, "BYE")
        running.hears("Left", call=arrived["call"], leg="caller")


def test_a_caller_who_gives_up_is_gone_at_once(house) -> None:
    running, port = house
    with Caller(port) as caller:
        caller.invite()
        call = running.hears("arrived")["call"]
        caller.gets(180)
        caller.cancel()
        running.hears("Left", call=call, within=1.0)
        caller.gets(200, "CANCEL")
        caller.gets(487)
        caller.send(caller.message("ACK"))


def test_we_hang_up_and_their_telephone_knows(house) -> None:
    running, port = house
    with Caller(port) as caller:
        call = talk(running, caller)
        running.tell("hang_up", call=call)
        assert caller.asked("BYE")


def test_an_invite_that_comes_again_rings_once(house) -> None:
    running, port = house
    with Caller(port) as caller:
        for _ in range(3):
            caller.invite()
            time.sleep(0.3)
        running.hears("arrived")
        caller.gets(180)
        tags = {answer.header("to") for answer in caller.got if answer.code == 180}
        time.sleep(0.3)
        assert running.has_said("arrived") == []
        assert len(tags) == 1
        caller.cancel()
        running.hears("Left")


@pytest.mark.parametrize("method", ["UPDATE", "OPTIONS", "NOTIFY", "INFO"])
def test_what_a_trunk_asks_during_a_call_is_answered_and_the_call_goes_on(house, method: str) -> None:
    running, port = house
    with Caller(port) as caller:
        call = talk(running, caller)
        for _ in range(2):
            caller.ask(method)
            caller.gets(200, method)
        caller.ask("BYE")
        caller.gets(200, "BYE")
        running.hears("Left", call=call)


@pytest.mark.parametrize(("method", "code"), [("REFER", 603), ("MESSAGE", 405), ("SUBSCRIBE", 405), ("PRACK", 405)])
def test_what_we_do_not_do_is_refused_and_the_call_goes_on(house, method: str, code: int) -> None:
    running, port = house
    with Caller(port) as caller:
        call = talk(running, caller)
        caller.ask(method)
        caller.gets(code, method)
        assert running.has_said("Left") == []
        caller.ask("BYE")
        caller.gets(200, "BYE")
        running.hears("Left", call=call)


def test_a_carrier_that_moves_its_sound_is_followed(house) -> None:
    running, port = house
    with Caller(port) as caller:
        call = talk(running, caller)
        caller.ask("INVITE", body=sdp.plain("127.0.0.1", 20500, sdp.G711).replace("sendrecv", "sendonly"))
        held = caller.gets(200)
        assert "a=recvonly" in held.body
        caller.send(caller.message("ACK", branch=f"{caller.branch}-{caller.cseq}-ack"))
        caller.ask("INVITE")
        assert sdp.read(caller.gets(200).body).port == sdp.read(held.body).port, "asked without SDP, ours again"
        caller.send(caller.message("ACK", branch=f"{caller.branch}-{caller.cseq}-ack"))
        running.tell("hang_up", call=call)
        caller.asked("BYE")


def test_a_change_that_cannot_be_is_refused_and_the_call_goes_on(house) -> None:
    running, port = house
    with Caller(port) as caller:
        call = talk(running, caller)
        caller.ask("INVITE", body=caller.sdp.replace("RTP/AVP 0 8", "RTP/AVP 18"))
        caller.gets(488)
        caller.send(caller.message("ACK", branch=f"{caller.branch}-{caller.cseq}"))
        assert running.has_said("Left") == []
        running.tell("hang_up", call=call)
        caller.asked("BYE")


def test_an_invite_without_sdp_is_offered_ours(house) -> None:
    running, port = house
    with Caller(port) as caller:
        caller.invite(body="")
        call = running.hears("arrived")["call"]
        caller.gets(180)
        running.tell("accept", call=call)
        offer = sdp.read(caller.gets(200).body)
        assert {codec.name for codec in offer.codecs} == {"PCMU", "PCMA", "telephone-event"}
        caller.ack(body=caller.sdp)
        running.tell("hang_up", call=call)
        caller.asked("BYE")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": "+15559999"}, 404),
        ({"body": "v=0\r\nhello"}, 488),
        ({"body": sdp.plain("127.0.0.1", 4000, sdp.G711).replace("0 8", "18")}, 488),
        ({"body": "<xml/>", "more": "Content-Type: application/xml\r\n"}, 415),
        ({"more": "Require: 100rel\r\n"}, 420),
        ({"more": "Max-Forwards: 0\r\n"}, None),
    ],
)
def test_a_call_that_cannot_be_is_refused_with_the_reason(house, change: dict[str, str], code: int | None) -> None:
    running, port = house
    with Caller(port) as caller:
        caller.invite(**change)
        if code:
            caller.gets(code)
            caller.send(caller.message("ACK"))
            assert running.has_said("arrived") == []
        else:
            running.hears("arrived")
            caller.cancel()


def test_an_end_for_a_call_that_nobody_knows_is_answered(house) -> None:
    _running, port = house
    with Caller(port) as caller:
        caller.to_tag = "nobody"
        caller.ask("BYE")
        caller.gets(481, "BYE")


def test_a_provider_that_asks_whether_we_live_hears_yes(house) -> None:
    _running, port = house
    with Caller(port) as caller:
        caller.ask("OPTIONS")
        assert "INVITE" in caller.gets(200, "OPTIONS").header("allow")


def test_a_key_told_in_the_signalling_is_heard(house) -> None:
    running, port = house
    with Caller(port) as caller:
        call = talk(running, caller)
        caller.ask("INFO", body="Signal=5\r\nDuration=160\r\n", more="Content-Type: application/dtmf-relay\r\n")
        caller.gets(200, "INFO")
        assert running.hears("Digit", call=call)["digit"] == "5"
        caller.ask("BYE")
        caller.gets(200, "BYE")


def test_a_hidden_caller_stays_hidden(house) -> None:
    running, port = house
    with Caller(port, user="anonymous", name="Anonymous") as caller:
        caller.invite(more="P-Asserted-Identity: <sip:+15557777@127.0.0.1>\r\nPrivacy: id\r\n")
        arrived = running.hears("arrived")
        assert (arrived["caller"], arrived["name"]) == ("", "")
        caller.cancel()


def test_the_network_knows_better_who_calls_than_the_telephone(house) -> None:
    running, port = house
    with Caller(port, user="1000", name="1000") as caller:
        caller.invite(more='P-Asserted-Identity: "Ana" <sip:+15557777@127.0.0.1>\r\n')
        arrived = running.hears("arrived")
        assert (arrived["caller"], arrived["name"]) == ("+15557777", "Ana")
        caller.cancel()


def test_a_stranger_hears_no_byte_and_those_who_talk_notice_nothing(house) -> None:
    running, port = house
    with Caller(port) as caller, Caller(port, address="127.0.0.7") as stranger:
        call = talk(running, caller)
        for method in ("INVITE", "OPTIONS", "REGISTER", "CANCEL", "BYE"):
            stranger.send(stranger.message(method, body=stranger.sdp))
        stranger.send(b"\x00" * 500)
        assert stranger.next(1.0) is None
        assert running.has_said("arrived") == []
        caller.ask("OPTIONS")
        caller.gets(200, "OPTIONS")
        running.tell("hang_up", call=call)
        caller.asked("BYE")


def test_while_stopping_new_calls_go_elsewhere_and_old_ones_go_on() -> None:
    with exchange_running() as (running, port), Caller(port) as old, Caller(port) as new:
        call = talk(running, old)
        running.tell("stop")
        time.sleep(0.3)
        new.invite()
        assert new.gets(503).header("retry-after") == "30"
        new.send(new.message("ACK"))
        old.ask("OPTIONS")
        old.gets(200, "OPTIONS")
        running.tell("hang_up", call=call)
        old.asked("BYE")


def test_more_calls_than_the_trunk_carries_are_busy() -> None:
    account = {"id": 1, "host": "127.0.0.1", "registers": False, "numbers": [NUMBER], "channels": 1}
    with exchange_running(account) as (running, port), Caller(port) as first, Caller(port) as second:
        talk(running, first)
        second.invite()
        second.gets(486)
        second.send(second.message("ACK"))


def test_a_teammates_telephone_is_dialled_and_silenced_and_dialled_anew() -> None:
    with Caller(1) as phone:
        account = {"id": 1, "host": "127.0.0.1", "port": phone.port, "registers": False, "numbers": [NUMBER]}
        with exchange_running(account) as (running, port):
            phone.there = ("127.0.0.1", port)
            running.tell("dial", call="x", leg="phone-1", number="+15552222", shown=NUMBER)
            invite = phone.next(6.0)
            assert invite is not None
            assert invite.first.startswith("INVITE sip:+15552222@127.0.0.1")
            assert NUMBER in invite.header("from")
            assert len(invite.text) < 1300, "it fits into one packet"
            phone.reply(invite, 180, "Ringing", tag="p1")
            running.hears("Rang", leg="phone-1")
            phone.reply(invite, 200, "OK", tag="p1", body=sdp.plain("127.0.0.1", 20900, sdp.G711))
            running.hears("Answered", leg="phone-1")
            assert phone.next(6.0).first.startswith("ACK ")
            running.tell("hang_up", call="x", leg="phone-1", because="not-pressed")
            phone.asked("BYE")
            running.tell("ring", call="x", leg="phone-1")
            again = phone.next(6.0)
            assert again is not None
            assert again.first.startswith("INVITE ")
            assert again.header("call-id") != invite.header("call-id")
            phone.reply(again, 486, "Busy Here", tag="p2")
            running.hears("Declined", leg="phone-1")


def test_a_telephone_that_rings_is_cancelled_when_somebody_else_was_quicker() -> None:
    with Caller(1) as phone:
        account = {"id": 1, "host": "127.0.0.1", "port": phone.port, "registers": False, "numbers": [NUMBER]}
        with exchange_running(account) as (running, port):
            phone.there = ("127.0.0.1", port)
            running.tell("dial", call="x", leg="phone-1", number="+15552222")
            invite = phone.next(6.0)
            assert invite is not None
            phone.reply(invite, 180, "Ringing", tag="p1")
            running.hears("Rang")
            running.tell("hang_up", call="x", leg="phone-1", because="taken")
            assert phone.asked("CANCEL")
            phone.reply(invite, 487, "Request Terminated", tag="p1")
            assert running.has_said("Left") == []
