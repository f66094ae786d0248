"""How a text becomes words to be found by, and what a person may type to find them. Pure.

Words are folded the same way when kept and when asked for: case, accents and width do not matter. Languages written
without spaces are kept letter by letter, and asked for as phrases, so a word inside a sentence is found.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

LONGEST = 300_000  # letters of one text that are looked at; what comes after cannot be found
WORD = re.compile(r"[^\W_]+")
UNSPACED = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\u3040-\u30ff\u0e00-\u0eff\U00020000-\U0003ffff]")
PIECE = re.compile(r'(-?)(?:(\w+):)?(?:"([^"]*)"?|(\S+))')
FIELDS = {"from": "xfrom", "to": "xto"}
FILTERS = ("is", "in", "tag", "has", "before", "after")


def fold(text: str) -> list[str]:
    """The words of `text`, in order, folded.

    >>> fold("Dona Amélia, 1911")
    ['dona', 'amelia', '1911']
    >>> fold("東京で")
    ['東', '京', 'て']
    """
    text = text[:LONGEST]
    if text.isascii():
        return WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", text)
    for letter in set(plain):  # of which a text has few
        if unicodedata.combining(letter):
            plain = plain.replace(letter, "")
    return WORD.findall(UNSPACED.sub(r" \g<0> ", plain.casefold()))


def folded(text: str, **fields: str) -> str:
    """`text` as kept in an index; each field's words are kept once more, marked, for `from:` and `to:`."""
    words = fold(text)
    for name, value in fields.items():
        words += [FIELDS[name] + word for word in fold(value)]
    return " ".join(words)


@dataclass(frozen=True)
class Term:
    """Words that must stand beside each other, the last perhaps only begun; or must not stand there."""

    words: tuple[str, ...]
    begun: bool = False
    negated: bool = False


@dataclass(frozen=True)
class Query:
    """What somebody asks for. `filters` maps is/in/tag/has/before/after to what was typed after the colon."""

    terms: tuple[Term, ...] = ()
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(t for t in self.terms if not t.negated)

    @property
    def unwanted(self) -> tuple[Term, ...]:
        return tuple(t for t in self.terms if t.negated)

    def day(self, name: str) -> date | None:
        """The day given with before: or after:, None when there is none or it is not a day."""
        try:
            return date.fromisoformat(self.filters.get(name, ("",))[-1])
        except ValueError:
            return None


def parse(typed: str) -> Query:
    """Read what was typed: words, "a phrase", -not, begin*, from: to: is: in: tag: has: before: after:.

    Never refuses: what is not understood is looked for as words. The last plain word is taken as only begun, since
    people look while they type.
    """
    terms: list[Term] = []
    filters: dict[str, tuple[str, ...]] = {}
    pieces = list(PIECE.finditer(typed[:500]))
    for place, piece in enumerate(pieces):
        minus, name, phrase, word = piece.groups()
        name = (name or "").lower()
        value = phrase if phrase is not None else word
        if name in FILTERS and not minus:
            filters[name] = (*filters.get(name, ()), value.lower())
            continue
        last = place == len(pieces) - 1 and phrase is None and not typed.endswith(" ")
        term = _term(minus, name, value, begun=phrase is None and (value.endswith("*") or (last and not minus)))
        if term:
            terms.append(term)
    return Query(tuple(terms), filters)


def _term(minus: str, name: str, value: str, *, begun: bool) -> Term | None:
    prefix = FIELDS.get(name, "")
    words = fold(value if prefix or not name else f"{name} {value}")
    if prefix:
        words = [prefix + word for word in words]
        begun = True
    return Term(tuple(words), begun=begun, negated=bool(minus)) if words else None
