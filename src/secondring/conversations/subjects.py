"""What a subject is below the marks of answers, and what an answer or a forwarded letter is called."""

import re
from typing import Final

# As mail programs write "Re:" and "Fwd:" in other languages, and a mailing list's name before it.
_MARKS: Final = (
    "re|aw|antw|antwort|sv|vs|ref|rif|r|odp|odpověď|odg|res|ynt|yanıt|ответ|отв|відповідь|отг|vá|απ|atb|"
    "回复|回覆|答复|答覆|返信|답장|회신|رد|תגובה|השב|"
    "fwd?|wg|tr|rv|enc|doorst|vb|vl|i|pd|továbbítás|пересл|videres|转发|轉寄|転送|전달|إعادة توجيه|הועבר"
)
_MARK: Final = re.compile(
    rf"\s*(?:\[[^\[\]]{{1,12}}\]\s*)?(?:{_MARKS})\s?(?:[\[(]\d{{1,3}}[\])]|\^?\d{{1,3}})?\s?[:：]\s*", re.IGNORECASE
)
_ANSWERS: Final = re.compile(r"\s*re\s*:", re.IGNORECASE)


def plain(subject: str) -> str:
    """The subject without Re:, AW:, Fwd: and the like, however many.

    >>> plain("AW: Re: Size")
    'Size'
    """
    at = 0
    while found := _MARK.match(subject, at):
        at = found.end()
    return subject[at:].strip()


def folded(subject: str) -> str:
    """The plain subject as two are compared: small letters, single spaces."""
    return " ".join(plain(subject).split()).casefold()


def of_answer(subject: str) -> str:
    """'Re: ' and the subject word for word, since Gmail parts a thread whose subject changes; one that says so stays."""
    return subject if _ANSWERS.match(subject) else f"Re: {subject}".rstrip()


def of_forwarded(subject: str) -> str:
    """The subject of a letter passed on: one "Fwd:"."""
    return f"Fwd: {plain(subject)}".rstrip()
