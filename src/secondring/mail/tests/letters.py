"""The sample letters, each named for what it taught."""

from pathlib import Path

from secondring.mail import mime
from secondring.mail.parsed import ParsedEmail

FOLDER = Path(__file__).parent / "emails"
NAMES = sorted(file.stem for file in FOLDER.glob("*.eml"))


def raw(name: str) -> bytes:
    return (FOLDER / f"{name}.eml").read_bytes()


def letter(name: str) -> ParsedEmail:
    return mime.parse(raw(name))


def folded(words: str) -> str:
    return " ".join(words.split())
