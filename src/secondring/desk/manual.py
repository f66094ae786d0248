"""The manual at /help/: the pages of docs/help, as they stand in the product."""

import re
from functools import lru_cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

ROOT = Path(__file__).resolve().parents[3] / "docs" / "help"
PACKED = Path(__file__).resolve().parents[1] / "help"  # where an installed package carries them


def show(request: HttpRequest, page: str = "index") -> HttpResponse:
    """One page of the manual; open to everybody, since who cannot get in needs it most."""
    text = _text(page)
    if text is None:
        raise Http404
    return render(request, "desk/help.html", {"body": _html(text), "title": _title(text), "page": page})


def pages() -> list[str]:
    """The names of all pages, the first one first."""
    folder = ROOT if ROOT.is_dir() else PACKED
    names = sorted(file.stem for file in folder.glob("*.md"))
    return sorted(names, key=lambda name: name != "index")


def _text(page: str) -> str | None:
    if not re.fullmatch(r"[a-z0-9-]+", page):
        return None
    for folder in (ROOT, PACKED):
        file = folder / f"{page}.md"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return None


def _title(text: str) -> str:
    return text.partition("\n")[0].lstrip("# ").strip()


@lru_cache(maxsize=64)
def _html(text: str) -> str:
    """Our own text, so it needs no cleaning; links between pages lose their .md."""
    import markdown

    linked = re.sub(r"\(([a-z0-9-]+)\.md(#[\w-]+)?\)", r"(../\1/\2)", text)
    return str(markdown.markdown(linked, extensions=["tables", "toc", "fenced_code"]))
