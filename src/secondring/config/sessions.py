"""Who has logged in. Every request asks, so the question is a prepared one; the rest is Django's."""

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from ..lib import clock
from ..lib.prepared import Given, prepared


class SessionStore(db.SessionStore):
    """Sessions in the database, so that signing out somewhere is true everywhere."""

    def _get_session_from_db(self) -> Session | None:
        found = _alive(Given(self.session_key), clock.now())
        if not found:
            self._session_key = None
        return found[0] if found else None


@prepared
def _alive(key: Given, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)
