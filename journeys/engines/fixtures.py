"""The engines as pytest fixtures. The slow ones live for the whole run; what a test gets from them is fresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import TransactionTestCase

from journeys.engines import ENGINES, need

JOURNEYS = Path(__file__).parents[1]
LONGEST_JOURNEY = 300  # seconds

if TYPE_CHECKING:
    from journeys.engines.chromium import WatchedPage
    from journeys.engines.dovecot import Dovecot, MailAccount
    from journeys.engines.firefox import Firefox
    from journeys.engines.oauth import OAuthProvider
    from journeys.engines.postgresql import PostgreSQL
    from journeys.engines.rtpengine import RtpEngine
    from journeys.engines.smtp_sink import SMTPSink


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engines",
        choices=["none", "found", "all"],
        default="found",
        help="real engines: use none, those found (default), or all of them, a missing one being a failure",
    )
    parser.addoption(
        "--skip-once",
        action="store_true",
        help="leave out what is the same on any database: another run of the same code has it",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"needs(name, ...): runs only with these real engines: {', '.join(ENGINES)}")
    config.addinivalue_line("markers", "once: brings its own database, so the run on PostgreSQL need not repeat it")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A journey may take longer than a test of one room, but not for ever either."""
    for item in items:
        if JOURNEYS in item.path.parents and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LONGEST_JOURNEY))
    if config.getoption("--skip-once"):
        repeated = [item for item in items if _brings_its_database(item) or not _asks_a_database(item)]
        config.hook.pytest_deselected(items=repeated)
        items[:] = [item for item in items if item not in repeated]
    _longest_first(items)


def _longest_first(items: list[pytest.Item]) -> None:
    """Files that may take longest begin first, so that no helper waits at the end for one long journey of another's."""
    patience: dict[Path, float] = {}
    for item in items:
        marker = item.get_closest_marker("timeout")
        patience[item.path] = max(patience.get(item.path, 0), marker.args[0] if marker else 0)
    items.sort(key=lambda item: -patience[item.path])


def _brings_its_database(item: pytest.Item) -> bool:
    """Browsers look at a desk of its own, on SQLite in its own folder."""
    engines = {name for marker in item.iter_markers("needs") for name in marker.args}
    return bool(engines & {"chromium", "firefox"}) or item.get_closest_marker("once") is not None


def _asks_a_database(item: pytest.Item) -> bool:
    """Parsers, letters' pages and SIP know of no rows; journeys start a desk that does."""
    fixtures = {"db", "transactional_db", "django_db_setup", "live_server"} & set(getattr(item, "fixturenames", ()))
    is_marked = item.get_closest_marker("django_db") is not None
    is_djangos = issubclass(getattr(item, "cls", None) or object, TransactionTestCase)
    return bool(fixtures) or is_marked or is_djangos or JOURNEYS in item.path.parents


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            need(name, item.config)


@pytest.fixture(scope="session")
def postgresql(pytestconfig: pytest.Config) -> Iterator[PostgreSQL]:
    """A PostgreSQL of our own; `postgresql.new_database()` is the address of an empty database."""
    program = need("postgresql", pytestconfig)
    from journeys.engines.postgresql import private_postgresql

    with private_postgresql(program) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def oauth() -> Iterator[OAuthProvider]:
    """An OAuth 2 provider whose tokens the mail server accepts."""
    from journeys.engines.oauth import private_oauth

    with private_oauth() as provider:
        yield provider


@pytest.fixture(scope="session")
def dovecot(pytestconfig: pytest.Config, oauth: OAuthProvider) -> Iterator[Dovecot]:
    """A mail server of our own. A test that stops it should start it again."""
    program = need("dovecot", pytestconfig)
    from journeys.engines.dovecot import private_dovecot

    with private_dovecot(program, introspection=f"{oauth.url}/introspect") as server:
        yield server


@pytest.fixture
def mail_account(dovecot: Dovecot) -> MailAccount:
    """A fresh, empty mailbox on the real mail server, which is brought back if the test before has failed while it was away."""
    if not dovecot.server.is_running:
        dovecot.start()
    return dovecot.account()


@pytest.fixture(scope="session")
def rtpengine(pytestconfig: pytest.Config) -> Iterator[RtpEngine]:
    """A media server of our own."""
    program = need("rtpengine", pytestconfig)
    from journeys.engines.rtpengine import private_rtpengine

    with private_rtpengine(program) as server:
        yield server


@pytest.fixture
def smtp_sink() -> Iterator[SMTPSink]:
    """A mail server that keeps what it accepts and misbehaves on command. No engine to install: it is always here."""
    from journeys.engines.smtp_sink import private_sink

    with private_sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def chromium(pytestconfig: pytest.Config) -> Iterator[Any]:
    """A Chromium for one file of tests, as Playwright's Browser.

    Playwright keeps an event loop running in this thread: no test of the same file may use the ORM or asyncio.run.
    """
    program = need("chromium", pytestconfig)
    from journeys.engines.chromium import chromium_browser

    with chromium_browser(program) as browser:
        yield browser


@pytest.fixture
def watched_page(chromium: Any) -> Iterator[WatchedPage]:
    """A signed-out visitor's page in Chromium, with its troubles."""
    from journeys.engines.chromium import new_page

    with new_page(chromium) as page:
        yield page


@pytest.fixture
def firefox(pytestconfig: pytest.Config) -> Iterator[Firefox]:
    """A Firefox with a fresh profile."""
    program = need("firefox", pytestconfig)
    from journeys.engines.firefox import firefox_browser

    with firefox_browser(program) as browser:
        yield browser


Proxy = Callable[[int], str]


@pytest.fixture
def nginx(pytestconfig: pytest.Config) -> Iterator[Proxy]:
    """`nginx(8000)` is the https address of an nginx in front of that port."""
    program = need("nginx", pytestconfig)
    from journeys.engines.proxies import private_nginx

    yield from _in_front(lambda upstream: private_nginx(program, upstream=upstream))


@pytest.fixture
def caddy(pytestconfig: pytest.Config) -> Iterator[Proxy]:
    """`caddy(8000)` is the https address of a Caddy in front of that port."""
    program = need("caddy", pytestconfig)
    from journeys.engines.proxies import private_caddy

    yield from _in_front(lambda upstream: private_caddy(program, upstream=upstream))


def _in_front(start: Callable[[int], AbstractContextManager[str]]) -> Iterator[Proxy]:
    with ExitStack() as running:
        yield lambda upstream: running.enter_context(start(upstream))


@pytest.fixture
def repository() -> Path:
    """The checkout these tests belong to."""
    return Path(__file__).parents[2]
