"""The marks a template draws with: icons, the rings of waiting, faces, and links that swap only the middle of the page."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from zlib import crc32

from django import template
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from ..shapes import HasName, Wait
from ..to import to

register = template.Library()

MINUTE, HOUR, DAY = 60, 3600, 86400
CLOSED = 1.01  # a hair more than all of it, so that no gap shows
HUES = 8  # colours for initials, in face.css
drawn_before = lru_cache(maxsize=2_000, typed=True)  # typed: words that were escaped are not those that were not
SPRITE = Path(__file__).parents[1] / "static/desk/icons.svg"
FIRST_ICONS = frozenset(
    re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text())
)  # what a first visit draws; the others wait
CHANNEL_ICONS = {"mail": "mail", "chat": "message-circle", "phone": "phone"}
CHANNEL_WORDS = {"mail": gettext_lazy("Letter"), "chat": gettext_lazy("Chat"), "phone": gettext_lazy("Call")}


@register.simple_tag
@drawn_before
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprites; with a label it speaks, without it is decoration."""
    voice = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    sprite = static("desk/icons.svg" if name in FIRST_ICONS else "desk/icons-more.svg")
    return format_html('<svg class="i {}" {}><use href="{}#{}"></use></svg>', css, voice, sprite, name)


@register.simple_tag
def channel_icon(channel: str) -> SafeString:
    """How they reached us, as a labelled icon."""
    drawn: SafeString = icon(CHANNEL_ICONS.get(channel, "mail"), str(CHANNEL_WORDS.get(channel, channel)))
    return drawn


@register.simple_tag
def mark(size: str = "") -> SafeString:
    """The logo: a person, the first ring, and the second cut short. size: "", small or big."""
    return format_html(
        '<svg class="mark {}" viewBox="0 0 24 24" aria-hidden="true"><circle class="m0" cx="12" cy="12" r="2.75"/>'
        '<circle class="m1" cx="12" cy="12" r="6"/>'
        '<path class="m2" d="M18.72 20.01A10.45 10.45 0 1 1 22.29 10.18"/></svg>',
        f"is-{size}" if size else "",
    )


@register.simple_tag
def waiting_ring(wait: Wait | int | None, size: str = "", look: str = "") -> SafeString:
    """The rings of waiting. Nobody waiting: still and grey. look: off, ready (not about waiting), or nothing."""
    seconds = wait.seconds if isinstance(wait, Wait) else wait
    css = " ".join(f"is-{word}" for word in (size, look or ("still" if seconds is None else "")) if word)
    filled = 2 * MINUTE if look == "ready" else seconds or 0
    arcs = "".join(
        f'<circle class="arc" cx="12" cy="12" r="{radius}" pathLength="1" stroke-dasharray='
        f'"{max(0.0, min(CLOSED, filled / MINUTE - lap)):.3f} 2"/>'
        for lap, radius in enumerate(("6", "10.5"))
    )
    return SafeString(
        f'<svg class="ring {told(css)}" viewBox="0 0 24 24" aria-hidden="true"{_ticking(wait)}>'
        '<circle class="track" cx="12" cy="12" r="6"/><circle class="track" cx="12" cy="12" r="10.5"/>'
        f'{arcs}<circle class="dot" cx="12" cy="12" r="{"3" if filled >= 2 * MINUTE else "2.25"}"/></svg>'
    )


@register.simple_tag
def waiting_time(wait: Wait | int | None, css: str = "") -> SafeString:
    """The same in figures: 1:43, then 2 h 05, then 3 days. Nothing when nobody waits."""
    if wait is None:
        return SafeString("<time></time>")
    seconds = wait.seconds if isinstance(wait, Wait) else wait
    late = "is-late" if seconds >= 2 * MINUTE else ""
    looks, said = told(" ".join(filter(None, (css, late)))), told(waited(seconds))
    return SafeString(f'<time class="{looks}"{_ticking(wait)}>{said}</time>')


@register.filter
def waited(seconds: int) -> str:
    """A length of waiting in few letters. `waiting.js` writes the same words."""
    if seconds < HOUR:
        return f"{seconds // MINUTE}:{seconds % MINUTE:02}"
    return _long(seconds // MINUTE if seconds < DAY else seconds // DAY * DAY // MINUTE, get_language())


@drawn_before
def _long(minutes: int, _language: str) -> str:
    hours, days = minutes // 60, minutes // (24 * 60)
    if not days:
        return _("%(hours)s h %(minutes)02d") % {"hours": hours, "minutes": minutes % 60}
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


@drawn_before
def told(words: str) -> SafeString:
    """Words that are told again and again, escaped once."""
    return conditional_escape(words)


def _ticking(wait: Wait | int | None) -> SafeString:
    """What waiting.js needs to let the clock run on, and to let it sleep while the house is closed."""
    if not isinstance(wait, Wait):
        return SafeString("")
    return SafeString(f' data-waited="{wait.seconds}" data-at="{int(wait.at.timestamp())}"{_sleeping(wait.sleeps)}')


@lru_cache(maxsize=64)
def _sleeping(sleeps: tuple[tuple[datetime, datetime], ...]) -> str:
    spans = ",".join(f"{int(a.timestamp())}-{int(b.timestamp())}" for a, b in sleeps)
    return f' data-sleeps="{spans}"' if spans else ""


@register.simple_tag
def face(who: HasName | None, size: str = "", away: bool = False) -> SafeString:
    """A person's picture, or their initials. size: tiny 22, small 28, '' 32, mid 36, big 72, huge 128 pixels."""
    name = str(getattr(who, "name", "") or who or "")
    sha = getattr(who, "face", "")
    picture = getattr(who, "picture", "") or (to("picture", sha) if sha else "")
    css = (f" is-{size}" if size else "") + (" is-away" if away else "")
    return _portrait(picture, css) if picture else _initialled(name, css)


@drawn_before
def _portrait(picture: str, css: str) -> SafeString:
    return format_html(
        '<span class="face{}" aria-hidden="true"><img src="{}" alt="" loading="lazy"></span>', css, picture
    )


@drawn_before
def _initialled(name: str, css: str) -> SafeString:
    hue = crc32(name.casefold().encode()) % HUES
    return format_html(
        '<span class="face{} is-initial is-hue-{}" aria-hidden="true">{}</span>', css, hue, initials(name)
    )


def initials(name: str) -> str:
    """At most two letters: of the first and the last word, or the first letter of an address.

    >>> initials("Inês Carvalho"), initials("ruth@example.org"), initials("")
    ('IC', 'R', '?')
    """
    words = [word for word in name.partition("@")[0].split() if word[0].isalnum()]
    ends = words[:1] + words[1:][-1:]
    return "".join(word[0].upper() for word in ends) or "?"


register.simple_tag(to)


@register.simple_tag
def go(href: str, where: str = "#main") -> SafeString:
    """The attributes of a link inside the desk: it swaps the middle of the page; without scripts it is a plain link."""
    there = conditional_escape(href)
    return SafeString(f'href="{there}" hx-get="{there}" hx-target="{conditional_escape(where)}" hx-push-url="true"')


@register.simple_tag
@drawn_before
def keys(*names: str) -> SafeString:
    """The keys that do the same, pressed one after the other or together."""
    caps = format_html_join("", "<kbd>{}</kbd>", ((name,) for name in names))
    return format_html('<span class="keys" aria-hidden="true">{}</span>', caps)


@register.simple_tag
def once(part: str) -> SafeString:
    """A part that takes nothing and is the same on every page, drawn once for each language."""
    return _drawn(part, get_language())


@lru_cache(maxsize=100)
def _drawn(part: str, _language: str) -> SafeString:
    return SafeString(get_template(part).render())


@register.filter
def host(address: str) -> str:
    """The part of a web address a person would say aloud."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


@register.simple_tag
def waveform(peaks: Sequence[float]) -> SafeString:
    """The outline of a sound, from numbers between 0 and 1; player.js fills it as it plays."""
    heights = [max(2.0, min(1.0, float(peak)) * 20) for peak in peaks]
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="2" height="{}" rx="1"/>',
        ((place * 4, f"{10 - height / 2:.1f}", f"{height:.1f}") for place, height in enumerate(heights)),
    )
    box = f"0 0 {max(1, len(heights) * 4)} 20"
    return format_html(
        '<svg class="wave" viewBox="{}" preserveAspectRatio="none" aria-hidden="true">{}</svg>', box, bars
    )
