"""What people enclose, by file name: photographs, tunes and orders, all made here."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from . import tunes
from .papers import paper
from .photographs import photograph

_SOUNDS: dict[str, Callable[[], tunes.Tune]] = {
    "needle-like-a-boat": tunes.needle,
    "side-two": tunes.skipping,
    "aku-before-noon": lambda: tunes.tune("guitar-g-slack"),
}
_PAPERS = {
    "order-0417": (
        "Ostrava Brass  -  Order 0417",
        "To: Harbour Row", "", "40   Pithead Waltzes, CD, for the players",
        " 8   Pithead Waltzes, CD, for the tubas", "", "One invoice, please. Not eight.",
        "To be sent to: the Town Hall, second floor, Mrs. Kolarova", "", "(stamp)",
    ),
    "commande-2217": (
        "Bon de commande 2217",
        "À: Harbour Row", "", "9   Marés (Inês Carvalho), LP", "9   Programme Délicat (Celeste Moreau), CD",
        "9   Stairs (Fourth Floor Choir), LP", "18  diamants de rechange", "", "Facture en PDF avant le 5. Merci.",
    ),
    "facture-2217": (
        "Facture  -  votre commande 2217",
        "Harbour Row, hello@harbourrow.example", "", "9 x Marés, LP                      162,00",
        "9 x Programme Délicat, CD          108,00", "9 x Stairs, LP                     171,00",
        "36 diamants (18 sont un cadeau)    126,00", "", "Total                              567,00 EUR",
    ),
}  # fmt: skip
_TYPES = {"jpg": "image/jpeg", "png": "image/png", "wav": "audio/x-wav", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class File:
    """A file in a letter."""

    name: str
    type: str
    content: bytes


@cache
def enclosure(name: str) -> File:
    """The file of that name. Raises KeyError when nobody here ever made such a thing."""
    stem, _, suffix = name.rpartition(".")
    if suffix == "wav":
        content = _SOUNDS[stem]().wav
    elif suffix == "pdf":
        title, *lines = _PAPERS[stem]
        content = paper(title, lines)
    else:
        content = photograph(name)
    return File(name, _TYPES[suffix], content)
