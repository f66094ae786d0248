"""What the desk's tests share: a browser that is logged in, with or without scripts."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from secondring import testing as t
from secondring.conversations import outbox, replying
from secondring.conversations.models import Conversation, Message
from secondring.team.models import Teammate

HTMX = {"HX-Request": "true"}


def browser(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate)
    return client


def get(client: Client, address: str, **more: Any) -> str:
    response = client.get(address, **more)
    assert response.status_code == 200, (response.status_code, response.content[:300])
    return response.content.decode()


def post(client: Client, address: str, scripts: bool = True, **fields: Any) -> HttpResponse:
    return client.post(address, fields, headers=HTMX if scripts else {})  # type: ignore[return-value]


def a_reply(conversation: Conversation, words: str = "Thirty new ones leave today.", **more: Any) -> Message:
    letter = replying.Letter(
        text=words, html=f"<p>{words}</p>", to=[("Ana Lima", "ana@example.org")], message_id="<r@h.example>"
    )
    return replying.reply(
        conversation, letter, by=more.pop("by", None) or t.bea(), at=more.pop("at", t.after(60)), **more
    )


def refused(message: Message, because: str = "There is no such person there.") -> None:
    claimed = outbox.claim("mail", t.after(days=2))
    for delivery in claimed:
        if delivery.message_id == message.pk:
            outbox.failed(delivery, because=because, permanent=True, at=t.after(days=2))
