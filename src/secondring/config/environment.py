"""What the machine decides comes from the environment: at most fifteen variables, each also as …_FILE. See docs/settings.md."""

import os
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..phone import turn
from ..phone.turn import Turn

PREFIX = "SECONDRING_"


def text(name: str, default: str = "") -> str:
    """The variable SECONDRING_<name>, or the content of the file that SECONDRING_<name>_FILE names."""
    file = os.environ.get(f"{PREFIX}{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(f"{PREFIX}{name}", default)


def words(name: str) -> list[str]:
    """A variable that holds several values, separated by commas or spaces."""
    return text(name).replace(",", " ").split()


def networks(given: list[str]) -> list[IPv4Network | IPv6Network]:
    """The proxies' addresses or networks ("127.0.0.1", "10.0.0.0/8"), ready to be compared."""
    try:
        return [ip_network(word, strict=False) for word in given]
    except ValueError as problem:
        raise SystemExit(f"{PREFIX}BEHIND_PROXY wants addresses such as 127.0.0.1 or 10.0.0.0/8: {problem}.") from None


def yes(name: str, default: bool) -> bool:
    """A variable that says yes or no."""
    return text(name, "yes" if default else "no").lower() in ("1", "yes", "true", "on")


def relays() -> Turn:
    """SECONDRING_TURN."""
    try:
        return turn.read(words("TURN"))
    except ValueError as problem:
        raise SystemExit(str(problem)) from None


def secret_key(folder: Path) -> str:
    """SECONDRING_SECRET_KEY, else the one kept in the folder, made at the first start and readable by its owner alone."""
    given = text("SECRET_KEY")
    if given:
        return given
    file = folder / "secret-key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was a moment quicker
            pass
        else:
            with os.fdopen(descriptor, "w") as handle:
                handle.write(secrets.token_urlsafe(50))
    return file.read_text().strip()


def database(url: str, folder: Path, *, durable: bool) -> dict[str, object]:
    """Django's DATABASES entry: embedded SQLite in the folder, or the PostgreSQL that the URL names."""
    if not url:
        return _sqlite(folder / "secondring.sqlite3", durable=durable)
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise SystemExit(f"SECONDRING_DATABASE_URL should begin with postgresql://, not {parts.scheme}://.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"options": "-c lock_timeout=20s"},  # as long as SQLite waits; then somebody is told
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(file: Path, *, durable: bool) -> dict[str, object]:
    pragmas = (
        "PRAGMA journal_mode=WAL;"
        f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'};"
        "PRAGMA mmap_size=268435456;PRAGMA cache_size=-65536;PRAGMA journal_size_limit=67108864;PRAGMA temp_store=MEMORY;"
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": pragmas},
        "TEST": {"NAME": os.environ.get("SECONDRING_TEST_SQLITE") or None},
    }


def openid(line: str) -> dict[str, object]:
    """allauth's entry for the company's own log-in. `line`: "https://id.example client-id client-secret [name shown]"."""
    parts = line.split(maxsplit=3)
    if not parts:
        return {}
    if len(parts) < 3:
        raise SystemExit("SECONDRING_OIDC should hold the address, the client id and the secret, separated by spaces.")
    app = {
        "provider_id": "company",
        "name": parts[3] if len(parts) > 3 else "company log-in",
        "client_id": parts[1],
        "secret": parts[2],
        "settings": {"server_url": parts[0], "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}
