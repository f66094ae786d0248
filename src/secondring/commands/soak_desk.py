"""Somebody at the desk who answers, through the real pages, while the web process dies under their hands.

Like a browser, they send a form again whose answer never came; its `once` lets the desk know the second from the first.
"""

import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.parse import urlencode

from django.db import DatabaseError

from .soak_traffic import Log

EMAIL, PASSWORD = "bea@harbourrow.example", "correct horse battery"
TWICE = 5  # one reply in so many is sent by a double click
REFUSED = 20  # one in so many has a copy to an address that is refused
HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|once|answers)" value="([^"]*)"')


class Refused(Exception):
    """The desk answered, and said no."""


class Teammate:
    """One who answers people that wait, oldest first."""

    def __init__(self, log: Log, url: str, stop: threading.Event, may: Callable[[float], bool]) -> None:
        self.log, self.url, self.stop, self.may = log, url, stop, may
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open

    def reply_to(self, count: int) -> None:
        """Answer so many conversations as they appear."""
        try:
            self._until(self._come_in)
            self._reply_to(count)
        except Refused as refused:
            self.log.refusals.append(str(refused))

    def _reply_to(self, count: int) -> None:
        while len(self.log.replies) < count and not self.stop.is_set():
            if self.may(len(self.log.replies) / count) and (found := self._next()):
                pk, address = found
                self._answer(pk, address)
            else:
                time.sleep(0.1)

    def _next(self) -> tuple[int, str] | None:
        from ..conversations.models import Conversation

        answered = set(self.log.replies.values())
        rows = Conversation.objects.waiting().exclude(pk__in=answered).order_by("pk")
        try:
            found = rows.select_related("customer").first()
            return (found.pk, found.customer.address) if found else None
        except DatabaseError:  # somebody holds it
            return None

    def _come_in(self) -> bool:
        page = self._get("/account/login/")
        fields = {**dict(HIDDEN.findall(page)), "login": EMAIL, "password": PASSWORD}
        return "/account/login/" not in self._post("/account/login/", fields)

    def _answer(self, pk: int, address: str) -> None:
        form: dict[str, str] = {}

        def opened() -> bool:
            form.update(HIDDEN.findall(self._get(f"/conversations/{pk}/")))
            return "once" in form

        self._until(opened)
        if self.stop.is_set():
            return
        copy = f"refused-{pk}@nowhere.example" if pk % REFUSED == 0 else ""
        form |= {"kind": "reply", "words": "New strings leave today.", "to": address, "cc": copy}
        self.log.replies[form["once"]] = pk
        for _click in range(2 if pk % TWICE == 0 else 1):
            self._until(lambda: f"/conversations/{pk}/" in self._post(f"/conversations/{pk}/send/", form))

    def _until(self, done: Callable[[], bool]) -> None:
        """Again and again, as somebody does whose page does not come."""
        while not self.stop.is_set():
            try:
                if done():
                    return
            except (OSError, HTTPException):  # web is dying, dead, not yet there, or cannot reach its database
                pass
            self.log.tries_to_reply += 1
            time.sleep(0.3)

    def _get(self, path: str) -> str:
        with self._open(self.url + path, timeout=30) as answer:
            return str(answer.read().decode())

    def _post(self, path: str, fields: dict[str, str]) -> str:
        """Where it led, redirections followed."""
        headers = {"Origin": self.url, "Referer": self.url + path}
        asked = urllib.request.Request(self.url + path, urlencode(fields).encode(), headers)
        try:
            with self._open(asked, timeout=30) as answer:
                return str(answer.url)
        except urllib.error.HTTPError as refused:
            if refused.code < 500:
                raise Refused(f"The desk refused {path} with {refused.code}: {refused.read()[:2000]!r}") from refused
            raise
