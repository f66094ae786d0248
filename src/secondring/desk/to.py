"""Addresses of the desk that are written many times on a page. Django's `reverse` looks each up anew; these are kept."""

from functools import lru_cache

from django.urls import reverse

_PLACE = 918273645  # stands where the number will, in an address that is looked up once


def to(name: str, which: int | str) -> str:
    """The address of `desk:name` for this one: a row's number, or the hash of a picture."""
    if isinstance(which, int):
        before, after = _around(name)
        return f"{before}{which}{after}"
    return _of_word(name, which)


@lru_cache(maxsize=200)
def _around(name: str) -> tuple[str, str]:
    before, _number, after = reverse(f"desk:{name}", args=[_PLACE]).partition(str(_PLACE))
    return before, after


@lru_cache(maxsize=2_000)
def _of_word(name: str, word: str) -> str:
    return reverse(f"desk:{name}", args=[word])
