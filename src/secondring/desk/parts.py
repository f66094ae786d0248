"""The parts page: every part of the desk in every state, drawn from the same templates that the screens use."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from ..lib import clock
from .shapes import Board, File, Jack, Leaving, Line, Link, Rail, Someone, Wait

COLOURS = ("desk", "paper", "raised", "well", "pick", "note", "ink", "ink-2", "ink-3", "line-2", "edge", "ring", "ring-ink",
           "ring-wash", "wrong")  # fmt: skip
PEAKS = [abs((place * 37 % 56) - 28) / 28 for place in range(56)]
ANA, BEA, NOOR, TOM, WIM = (Someone(name) for name in ("Ana", "Bea", "Noor", "Tom", "Wim"))


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """All parts. Nothing here is a customer's."""
    at = clock.now()
    return render(
        request,
        "desk/parts.html",
        {**_page(at), **_people(at), **_letters(at), **_calls(), **_forms(), "colours": COLOURS, "at": at},
    )


def _calls() -> dict[str, Any]:
    ines, somebody = Someone("Inês Carvalho"), Someone("Somebody new")
    rings = [
        {
            "who": ines,
            "how": "is calling, says the number",
            "nth": "First ring",
            "ring": 1,
            "with_whom": "Rings with you and Bea",
        },
        {"who": somebody, "how": "is calling", "nth": "Second ring", "ring": 2, "with_whom": "Rings with 7 of us"},
        {
            "who": ines,
            "how": "Tom sends you the call",
            "nth": "First ring",
            "ring": 1,
            "with_whom": "Rings only with you",
        },
    ]
    talks = [
        {"who": somebody, "since": "Picking up…"},
        {"who": ines, "since": "since 10:43", "quality": "Clear both ways. Take all the time you like."},
        {"who": ines, "since": "since 10:43", "quality": "You are muted: they do not hear you.", "muted": True},
        {"who": ines, "since": "on hold, hears music", "held": True},
        {"who": ines, "since": "You talk with Tom. They hear music.", "held": True, "joins": True},
        {
            "who": ines,
            "since": "One moment, the sound comes back…",
            "quality": "Your network loses some of what they say.",
        },
    ]
    return {
        "rings": rings,
        "talks": talks,
        **_called(),
        "free": [_Sample({"pk": 1, "name": "Bea Lindqvist", "first_name": "Bea", "about": "Knows every pressing since 1998."})],
        "busy": [_Sample({"pk": 2, "name": "Tom Adeyemi", "first_name": "Tom"})],
    }  # fmt: skip


def _called() -> dict[str, Any]:
    happened = [
        ("phone-incoming", "It rang", "at everybody on duty", False),
        ("phone", "Bea picked up at ring 2", "", False),
        ("arrow-left-right", "Bea gave the call to Tom", "", False),
        ("phone-off", "The call ended", "", False),
        ("phone-missed", "They called, and nobody picked up", "they wait for a call back", True),
        ("phone-incoming", "They left a message", "", False),
    ]
    shares = [("Front desk", 0.96, "48 of 50"), ("From the web", 0.5, "1 of 2"), ("The shop", 0.0, "0 of 3")]
    return {
        "happened": [{"id": f"c{at}", "picture": picture, "did": did, "more": more, "is_wrong": wrong}
                     for at, (picture, did, more, wrong) in enumerate(happened)],
        "shares": [{"label": label, "value": value, "words": words} for label, value, words in shares],
    }  # fmt: skip


class SampleForm(forms.Form):
    """A field in each state."""

    name = forms.CharField(label="Name", help_text="Ask how it is pronounced.")
    email = forms.EmailField(label="E-mail address")
    order = forms.CharField(label="Order", disabled=True, initial="20418", help_text="Cannot be changed once packed.")
    where = forms.ChoiceField(label="Where", choices=[("hello", "hello@harbourrow.example"), ("shop", "The shop")])
    loud = forms.BooleanField(
        label="Ring when somebody writes", help_text="Only while you are on duty.", required=False
    )
    who = forms.ChoiceField(
        label="Who answers here",
        choices=[("all", "Everybody"), ("some", "Only these people")],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label="Words", widget=forms.Textarea(attrs={"rows": 3}), required=False)


def _forms() -> dict[str, Any]:
    return {"form": SampleForm({"name": "Inês Carvalho", "email": "ines@mares", "where": "hello", "who": "all"})}


def _lines(at: datetime) -> list[Line]:
    def line(number: int, name: str, about: str, subject: str, words: str, seconds: int | None, **more: Any) -> Line:
        wait = None if seconds is None else Wait(seconds, at)
        fields = {"channel": "mail", "take_href": "" if "holder" in more else "#", "href": f"?line={number}", **more}
        who = Someone(name)
        return Line(id=f"line-{number}", who=who, about=about, subject=subject, words=words, wait=wait, **fields)

    return [
        line(1, "Ruth Abelson", "bought her first record here in 2011", "The Otis Vale record",
             "The one Sam and I danced to. I rang but I may have had the number wrong", 186, channel="phone"),
        line(2, "Inês Carvalho", "cellist, sells as Marés", "The box came warped.",
             "All thirty of them, and the release is on Saturday. I am trying not to cry", 103, holder=ANA, held="You",
             is_current=True, has_draft=True),
        line(3, "Kofi Mensah", "collects highlife, Kumasi", "Is the gold vinyl the same pressing?",
             "My brother says it sounds thinner but my brother says that about everything", 81),
        line(4, "Lou Pettersson", "makes synths sing in Gävle", "",
             "hi! your page says 12 left but it also let me order 14 :)", 51, channel="chat", holder=BEA,
             held="Bea is writing", is_writing=True),
        line(5, "Hye-jin Park", "pianist, third album in June", "Payout question.",
             "It says Tuesday and it is Tuesday here already. Is it Tuesday with you?", 33),
        line(6, "otis.vale.sings.the.low.notes@example.org", "", "", "Who is this person", 12),
        line(7, "Ωραία Παπαδοπούλου", "oud and voice, Athens", "Ευχαριστώ", "Σας γράφω για τον δίσκο που ήρθε χθες", 4),
        line(8, "Jana Novotná", "runs Ostrava Brass", "Eight tubas, one invoice.",
             "We would like to order the sheet music by letter again, like last year", None, holder=TOM,
             held="Waiting for Jana"),
        line(9, "Gwen Pritchard", "leads a choir of forty", "", "Could the card say “for the tenors, who tried”? That is all",
             None, holder=BEA, held="Paused until 14:00"),
        line(10, "Theo Marchetti", "runs a café with one record player", "Album for the door.",
             "It begins so quietly that people put down their spoons", 692, holder=WIM, held="Came back to us", is_wrong=True,
             tags=["café"]),
        line(11, "Maurice Tindall", "bought eleven copies of one record", "Eleven copies, please.",
             "I have written Jo on the inside of the first one", None, holder=BEA, held="Bea", when="21 Nov"),
    ]  # fmt: skip


def _page(at: datetime) -> dict[str, Any]:
    lists = [
        Link(href="?list=waiting", words="Waiting", icon="inbox", count=6, is_urgent=True, is_current=True),
        Link(href="?list=mine", words="Mine", icon="hand", count=3),
        Link(href="?list=open", words="Open", icon="circle-dot", count=41),
        Link(href="?list=paused", words="Paused", icon="circle-pause", count=7),
        Link(href="?list=done", words="Done", icon="circle-check"),
    ]
    jacks = [
        Jack(who=BEA, words="writing to Lou", href="#", doing="writing"),
        Jack(who=NOOR, words="reading Jana’s letter", href="#"),
        Jack(who=TOM, words="here", href="#"),
        Jack(who=WIM, words="back at 14:00", href="#"),
    ]
    leaving = Leaving(words="Your letter to Inês", seconds=600, at=at, take_back_href="#")
    lines = _lines(at)
    return {
        "rail": Rail(house="Harbour Row", me=ANA, lists=lists, places=[Link(href="?list=people", words="People", icon="users")],
                     waiting=lines[:7], rule="Whatever makes them happy. Nobody to ask.",
                     mine=[Link(href="#", words="Your page", icon="user"), Link(href="#", words="Settings", icon="settings")]),
        "board": Board(jacks=jacks, duty_href="#", more=12, team_href="#"),
        "board_leaving": Board(jacks=jacks, duty_href="#", leaving=leaving),
        "board_alone": Board(on_duty=False, duty_href="#"),
        "tabs": lists,
        "lines": lines,
    }  # fmt: skip


def _people(at: datetime) -> dict[str, Any]:
    ines = {"name": "Inês Carvalho", "about": "Cellist in Porto", "site_url": "https://mares.example/", "first_name": "Inês",
            "great": "She records the river at four in the morning and plays against it. Nobody else has made the "
            "Douro keep time.",
            "site_title": "Marés: cello, tide, tape", "__str__": "Inês Carvalho"}  # fmt: skip
    return {
        "ines": _Sample(ines),
        "someone_new": _Sample({"name": "", "about": "", "great": "", "site_url": "", "__str__": "hyejin@example.org"}),
        "facts": [
            _Sample({"text": "Release concert Saturday, Casa da Música café", "by": _Sample({"first_name": "Ana"})}),
            _Sample({"text": "Her cello is called Dona Amélia, built 1911", "by": _Sample({"first_name": "Noor"})}),
            _Sample({"text": "Prefers a call to a letter when it is bad news", "by": _Sample({"first_name": "Bea"})}),
        ],
        "works": [_Sample({"title": "Barra Norte", "seconds": 252, "sound": "", "peaks": PEAKS})],
        "matters": [
            Link(href="#", words="The box came warped", icon="mail", is_current=True),
            Link(href="#", words="Someone in Kyoto bought two", icon="message-circle"),
        ],
        "points": [
            _Sample({"kind": "email", "value": "ines@mares.example"}),
            _Sample({"kind": "email", "value": "old@mares.example", "failing_since": at}),
            _Sample({"kind": "phone", "value": "+351 22 555 0143"}),
        ],
        "table": [("First wrote", "9 March 2019, furious"), ("Won back by", "Bea, with a call"),
                  ("Sent us", "six other musicians")],
    }  # fmt: skip


def _letters(at: datetime) -> dict[str, Any]:
    return {
        "files": [
            File(name="kitchen-table.jpg", href="#", picture=static("desk/marks/mark.svg")),
            File(name="needle-like-a-boat.m4a", href="#", kind="file-audio", size="0:22, play or download"),
            File(name="invoice-for-thirty-records-with-a-very-long-name.pdf", href="#", kind="file-text", size="84 kB"),
        ],
        "going": [
            File(name="proof.pdf", kind="file-text", size="210 kB", remove_href="#"),
            File(name="the-whole-tape.wav", kind="file-audio", wrong="Too large; 25 MB is the most.", remove_href="#"),
        ],
        "said": SafeString(
            "<p>Dear Ana, dear everyone,</p><p>The box came this morning and all thirty are warped. I put one on and the needle "
            "goes up and down like a little boat. The release is on Saturday and people have already paid at the door.</p>"
            "<p>I know it is Wednesday. Is there anything <em>at all</em>?</p>"
        ),
        "draft": "Dear Inês,\n\nThirty new ones leave here at three today with Tom at the courier’s door, and you have them "
        "tomorrow by noon. Keep the warped ones, or give them to the cat.\n\nAna",
        "composer": {
            "me": ANA, "name": "Inês", "kind": "reply", "summary": "to Inês, by letter", "saved": "Draft saved 10:43",
            "words": "Dear Inês,\n\nThirty new ones leave here at three today with Tom at the courier’s door.", "send_href": "#",
            "files": [File(name="proof.pdf", kind="file-text", size="210 kB", remove_href="#"),
                      File(name="the-whole-tape.wav", kind="file-audio", wrong="Too large; 25 MB is the most.", remove_href="#")],
        },
        "quoted": SafeString("<p>They left the press today, thirty of them, each in a stiffener.</p>"),
        "noted": SafeString("<p>Press has 34 good ones from the second run. I can stand at the door.</p>"),
        "waits": [("0:05", Wait(5, at)), ("0:30", Wait(30, at)), ("1:00", Wait(60, at)), ("1:30", Wait(90, at)),
                  ("2:00", Wait(120, at)), ("an hour", Wait(3900, at)), ("three days", Wait(260000, at)),
                  ("asleep", Wait(42, at, ((at, at + timedelta(hours=9)),)))],
    }  # fmt: skip


class _Sample(dict[str, Any]):
    """Looks like a row to a template."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(name) from error

    def __str__(self) -> str:
        return str(self.get("__str__", ""))
