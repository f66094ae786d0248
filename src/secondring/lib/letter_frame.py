"""Lays a clean letter on paper of its own: a whole document for a frame in which nothing can run, load or break out.

The frame keeps our origin (`allow-same-origin`), so that pictures of the letter come with the person's session and the page
can ask how high the paper is; scripts stay forbidden by the sandbox and once more by the policy, so nothing in it can use that.
"""

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from typing import Literal

from secondring.lib.safe_html import SafeHtml

FRAME_SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
"""What the iframe's `sandbox` says. No scripts, no forms, no way to move the page around it."""

Theme = Literal["light", "dark", "auto"]

_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'; sandbox " + FRAME_SANDBOX
)
# Rules in a layer lose against the letter's own; with !important they win against everything in it (CSS Cascade 5, 6.4.4).
_PAPER = """@layer paper{
html{color-scheme:only light;background:#fff;color:#16181a;font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
html{overflow-wrap:break-word}
body{margin:0;display:flow-root}
.letter-html{display:flow-root}
.letter-body{margin:8px}
a{color:#0b57a4}
img{max-width:100%}
img.held{display:inline-block;box-sizing:border-box;overflow:hidden;background:#f4f1ec;color:#6a645b;outline:1px dashed #c9c2b6;
outline-offset:-1px;font:12px/1.3 system-ui,sans-serif}
blockquote{margin-inline:0;padding-inline-start:12px;border-inline-start:2px solid #d8d1c5}
pre.words{white-space:pre-wrap}
.true-host,.goes-elsewhere{text-decoration:underline #a3262a !important}
.true-host{display:inline !important;visibility:visible !important;opacity:1 !important;color:#a3262a !important;
background:#fff !important;font:600 13px/1.4 system-ui,sans-serif !important;letter-spacing:normal !important;
text-transform:none !important;white-space:normal !important;text-indent:0 !important;float:none !important}
}
"""
_PLAIN = "@layer paper{html{font-size:15px;line-height:1.55}}\n"
_DARK = (
    "@layer paper{html{color-scheme:only dark;background:#161718;color:#eceded}a{color:#8fc1f5}"
    "blockquote{border-color:#4a453e}.true-host{background:#161718 !important;color:#ff9d93 !important}}\n"
)
_THEMES = {"light": "", "dark": _DARK, "auto": f"@media (prefers-color-scheme: dark){{{_DARK}}}"}


@dataclass(frozen=True, slots=True)
class FrameDocument:
    """The document for the frame and the headers it must be answered with."""

    html: str
    headers: dict[str, str]


def frame_document(safe: SafeHtml, *, theme: Theme = "light", lang: str = "") -> FrameDocument:
    """Return the letter as a document of its own.

    theme: the paper is white, as its writer believed, unless the letter says nothing about colours (`safe.plain`).
    """
    style = _PAPER + (_PLAIN + _THEMES[theme] if safe.plain else "") + safe.css
    html = (
        f'<!doctype html><html lang="{escape(lang)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
        f"<title></title><style>{style}</style></head><body>{safe.html}</body></html>"
    )
    return FrameDocument(html, frame_headers(style))


def frame_headers(style: str) -> dict[str, str]:
    """Return the headers for a frame whose one stylesheet is `style`: allowed by its hash, so nothing else can be one."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": _POLICY.format(style=digest),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-cache",
    }
