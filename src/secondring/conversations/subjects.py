"""What a subject is below the marks of answers, and what an answer or a forwarded letter is called."""

import re
from typing import Final

# "Re:" and "Fwd:" as mail programs write them in other languages, and a number that some put behind.
_ANSWERED: Final = (
    "re|aw|antw|antwort|sv|vs|odp|odpověď|odg|res|ynt|yanıt|ответ|отв|відповідь|отг|vá|απ|atb|"
    "回复|回覆|答复|答覆|返信|답장|회신|رد|תגובה|השב"
)
_PASSED_ON: Final = "fwd?|wg|tr|rv|enc|doorst|vb|vl|pd|továbbítás|пересл|videres|转发|轉寄|転送|전달|إعادة توجيه|הועבר"
_DOUBTFUL: Final = "ref|rif|r|i"  # people write these themselves; enough for comparing, not for cutting off
_END: Final = r"\s?(?:[\[(]\d{1,3}[\])]|\^?\d{1,3})?\s?[:：]\s*"
_ANY_MARK: Final = re.compile(
    rf"\s*(?:\[[^\[\]]{{1,12}}\]\s*)?(?:{_ANSWERED}|{_PASSED_ON}|{_DOUBTFUL}){_END}", re.IGNORECASE
)
_ANSWER_MARK: Final = re.compile(rf"\s*(?:{_ANSWERED}){_END}", re.IGNORECASE)
_FORWARD_MARK: Final = re.compile(rf"\s*(?:{_PASSED_ON}){_END}", re.IGNORECASE)


def plain(subject: str) -> str:
    """The subject without Re:, AW:, Fwd: and the like, however many.

    >>> plain("AW: Re: Size")
    'Size'
    """
    return _without(_ANY_MARK, subject)


def folded(subject: str) -> str:
    """The plain subject as two are compared: small letters, single spaces."""
    return " ".join(plain(subject).split()).casefold()


def of_answer(subject: str) -> str:
    """The subject of an answer: one "Re:", whatever was there in any language. Gmail parts a thread whose subject changes.

    >>> of_answer("AW: Re: Size")
    'Re: Size'
    """
    return f"Re: {_without(_ANSWER_MARK, subject)}".strip()


def of_forwarded(subject: str) -> str:
    """The subject of a letter passed on: one "Fwd:"."""
    return f"Fwd: {_without(_FORWARD_MARK, subject)}".strip()


def _without(mark: re.Pattern[str], subject: str) -> str:
    at = 0
    while found := mark.match(subject, at):
        at = found.end()
    return subject[at:].strip()
