"""Scenes for `own_desk`: the machine under the desk fails in mid-work, and then is well again."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from journeys.own_desk import BOX, OwnDesk, hidden, until

HTMX = {"HX-Request": "true"}
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4000


def a_raw(name: str, *, size: int = 0, to: str = BOX) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Ana Lima <ana@example.org>", to, f"About {name}"
    letter["Message-ID"] = f"<{name}@example.org>"
    letter.set_content(f"This is {name}.\n" + "Please send new strings.\n" * (size // 25))
    return letter.as_bytes().replace(b"\n", b"\r\n")


def names() -> list[str]:
    """What stands on the desk, each letter as often as it does."""
    from secondring.conversations.models import Message

    return sorted(Message.objects.filter(from_us=False).values_list("message_id", flat=True))


def expect(*wanted: str) -> None:
    """These letters stand on the desk, once each, and nothing waits to be read or lies aside."""
    from secondring.mail.models import IncomingEmail

    wanted_names = sorted(f"<{name}@example.org>" for name in wanted)
    until(lambda: names() == wanted_names, what=f"{wanted_names}, and not {names()}")
    assert IncomingEmail.objects.count() == len(wanted)
    assert not IncomingEmail.objects.to_understand().exists()
    assert not IncomingEmail.objects.put_aside().exists()


def a_form(bea: Any, name: str) -> tuple[str, dict[str, str]]:
    """Where an answer to that letter is sent, and what its composer carries unseen."""
    from secondring.conversations.models import Message

    pk = Message.objects.get(message_id=f"<{name}@example.org>").conversation_id
    return f"/conversations/{pk}", {**hidden(bea.get(f"/conversations/{pk}/").text), "kind": "reply"}


# ------------------------------------------------------------ the disk


def fill(folder: Path) -> Path:
    """Take every byte that is left there."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (2**20, 4096, 512, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    return filler


def half_kept(folder: Path) -> list[str]:
    return [path.name for path in (folder / "blobs").iterdir() if path.name.startswith(".keeping-")]


def full_disk(desk: OwnDesk) -> None:
    """Letters come by both doors, and somebody answers with a file, while the disk has not one byte left."""
    from secondring.conversations.models import Attachment, Message
    from secondring.mail.models import IncomingEmail, Mailbox

    with desk.at_work("worker", "web"):
        desk.send_until_kept(a_raw("before"))
        expect("before")
        bea = desk.browser()
        there, form = a_form(bea, "before")
        filler = fill(desk.folder)

        for size in (0, 400_000):
            code, said = desk.send(a_raw(f"full-{size}", size=size))
            assert 400 <= code < 500, (code, said)
        assert "disk is full" in said
        desk.account.deliver(a_raw("by-imap", size=400_000, to=desk.account.address))

        refused = bea.post(
            "/uploads/",
            data={**form, "conversation": there.rpartition("/")[2]},
            files={"file": ("a.png", PICTURE)},
            headers=HTMX,
        )
        assert (refused.status_code, refused.headers["HX-Reswap"]) == (507, "none"), refused.text
        assert "disk is full" in refused.text
        words = {**form, "words": "See the picture."}
        refused = bea.post(f"{there}/send/", data=words, files={"files": ("a.png", PICTURE)})
        assert refused.status_code == 507
        assert "disk is full" in refused.text
        assert "disk is nearly full" in bea.get("/").text
        assert "The disk is nearly full." in bea.get("/readyz").json()["problems"]
        time.sleep(4)  # the watcher tries, and tries again
        assert IncomingEmail.objects.count() == 1
        assert (Message.objects.count(), Attachment.objects.count()) == (1, 0)
        assert half_kept(desk.folder) == []

        filler.unlink()
        for size in (0, 400_000):
            desk.send_until_kept(a_raw(f"full-{size}", size=size))
        expect("before", "full-0", "full-400000", "by-imap")
        sent = bea.post(f"{there}/send/", data=words, files={"files": ("a.png", PICTURE)})
        assert sent.status_code == 302, sent.text
        [left] = desk.sink.wait_for_letters(1, within=60)
        assert [part.get_content() for part in left.message.iter_attachments()] == [PICTURE]
        until(lambda: not Mailbox.objects.exclude(trouble="").exists(), what="the mailboxes to be well")
        assert "nearly full" not in bea.get("/").text


# ------------------------------------------------------------ the database


def held_database(desk: OwnDesk) -> None:
    """Somebody else writes into our database, and takes longer over it than anybody waits."""
    from secondring.conversations.models import Message
    from secondring.mail.models import Mailbox

    with desk.at_work("worker", "web"):
        desk.send_until_kept(a_raw("before"))
        expect("before")
        bea = desk.browser()
        there, form = a_form(bea, "before")
        words = {**form, "words": "They leave today."}
        said: dict[str, Any] = {}
        with held():
            desk.account.deliver(a_raw("by-imap", to=desk.account.address))
            tries = [
                threading.Thread(target=lambda: said.update(letter=desk.send(a_raw("by-smtp")))),
                threading.Thread(
                    target=lambda: said.update(fragment=bea.post(f"{there}/send/", data=words, headers=HTMX))
                ),
                threading.Thread(target=lambda: said.update(page=bea.post(f"{there}/send/", data=words))),
            ]
            for each in tries:
                each.start()
            assert bea.get(f"{there}/").status_code == 200  # reading goes on
            for each in tries:
                each.join(60)
        assert 400 <= said["letter"][0] < 500, said["letter"]
        for kind in ("fragment", "page"):
            assert said[kind].status_code == 503, (kind, said[kind].text)
            assert "busy writing something else" in said[kind].text
        assert "They leave today." not in [each.said for each in Message.objects.all()]
        desk.send_until_kept(a_raw("by-smtp"))
        expect("before", "by-smtp", "by-imap")
        assert bea.post(f"{there}/send/", data=words).status_code == 302
        assert len(desk.sink.wait_for_letters(1, within=60)) == 1
        until(lambda: not Mailbox.objects.exclude(trouble="").exists(), what="the mailboxes to be well")


def held() -> Any:
    """Nobody else may write while this lasts."""
    from contextlib import contextmanager

    from django.db import connection, transaction

    @contextmanager
    def holding() -> Any:
        with transaction.atomic(), connection.cursor() as cursor:  # IMMEDIATE on SQLite
            if connection.vendor == "postgresql":
                cursor.execute("LOCK TABLE mail_incomingemail, conversations_conversation IN EXCLUSIVE MODE")
            yield

    return holding()


# ------------------------------------------------------------ the clock


def stepped_clock(desk: OwnDesk) -> None:
    """The machine's clock jumps an hour back and an hour forward while letters come, are answered, and are tried again."""
    from secondring.conversations.models import Delivery, Message

    step = Path(os.environ["OWN_DESK_STEP"])

    def clock(seconds: int) -> None:
        step.with_suffix(".new").write_text(str(seconds))
        step.with_suffix(".new").rename(step)

    def reply(name: str, words: str) -> None:
        there, form = a_form(bea, name)
        answer = bea.post(f"{there}/send/", data={**form, "words": words})
        assert answer.status_code == 302, answer.text

    def left() -> list[str]:
        return [str(each.message["Message-ID"]) for each in desk.sink.letters()]

    with desk.at_work("worker", "web"):
        desk.send_until_kept(a_raw("one"))
        expect("one")
        bea = desk.browser()
        for number, seconds in enumerate((-3600, 0, 3600, 0)):
            desk.sink.say(451, "4.3.0 Try later", at="rcpt", times=1)
            reply("one", f"Before the step {number}")  # will be tried again, by then at another hour
            time.sleep(1)
            clock(seconds)
            desk.send_until_kept(a_raw(f"step-{number}"))
            desk.account.deliver(a_raw(f"imap-{number}", to=desk.account.address))
            reply("one", f"After the step {number}")
        expect("one", *(f"{via}-{number}" for via in ("step", "imap") for number in range(4)))
        until(lambda: len(left()) >= 8, within=180, what="eight answers to leave")
        until(lambda: not Delivery.objects.outstanding().exists(), what="nothing to wait")
        assert len(left()) == len(set(left())) == 8
        assert {each.message_id for each in Message.objects.filter(from_us=True)} == set(left())
