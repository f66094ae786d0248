"""The tab in which somebody pressed 'Call' gets the sound of the call; the others know that it is there."""

from secondring.phone.browsers import Caller

from .test_browsers import World


def test_the_tab_that_dials_is_told_of_the_call_and_gets_the_sound() -> None:
    world = World()
    world.says("desk-1/aaaa", "here", "")
    world.says("desk-1/aaaa", "dial", "k")
    assert world.dialled == [(1, "k")]
    world.browsers.knows("k", Caller(name="Ana"))
    line = world.browsers.line("desk-1", "k")
    assert line is not None
    assert line.tab == "aaaa"
    world.frames.clear()
    line.connect()
    said = [(each.to, each.what) for each in world.frames]
    assert said == [("desk-1", "dialled"), ("desk-1", "picked")]
    assert world.frames[0].body["caller"]["name"] == "Ana"
    assert world.frames[1].body["tab"] == "aaaa"


def test_a_tab_that_was_rung_is_not_told_that_it_dials() -> None:
    world = World()
    world.says("desk-1/aaaa", "here", "")
    line = world.browsers.line("desk-1", "c")
    assert line is not None
    line.ring()
    world.says("desk-1/aaaa", "answer")
    world.frames.clear()
    line.connect()
    assert "dialled" not in [each.what for each in world.frames]
