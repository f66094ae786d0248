"""What our own people write: a short list of tags, made safe when it is kept and once more when it is shown. Pure."""

import re
from collections.abc import Callable
from html import escape

import nh3
from django.utils.safestring import SafeString, mark_safe

TAGS = {
    "p",
    "br",
    "div",
    "span",
    "b",
    "strong",
    "i",
    "em",
    "u",
    "s",
    "a",
    "ul",
    "ol",
    "li",
    "blockquote",
    "img",
    "pre",
    "code",
}
SIGNATURE = re.compile(r'<div class="signature">.*?</div>\s*$', re.DOTALL)
OURS = re.compile(r"/files/(\d+)/?(?:\?small)?")
BY_NAME = re.compile(r"cid:[\w.@+-]+")


def clean(html: str, *, pictures: Callable[[int], str | None] | None = None) -> str:
    """Keep words, emphasis, lists, quotes, links that lead outside, and pictures of this desk; everything else goes.

    pictures: given the number of a file of ours, the address to write in its place; without it pictures go too.
    """
    return nh3.clean(
        html,
        tags=TAGS if pictures else TAGS - {"img"},
        clean_content_tags={"script", "style"},
        attributes={"a": {"href"}, "img": {"src", "alt"}},
        attribute_filter=_judge(pictures),
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        strip_comments=True,
        link_rel="noopener noreferrer nofollow",
    ).strip()


def shown(html: str) -> SafeString:
    """As the timeline shows what we wrote; its pictures stand beside it as files, the signature is small."""
    words = SIGNATURE.sub("", html)
    return mark_safe(clean(words))


def from_plain(text: str) -> str:
    """Plain words as the paragraphs they mean."""
    blocks = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip())
    return "".join(f"<p>{escape(block).replace(chr(10), '<br>')}</p>" for block in blocks if block.strip())


def without_signature(html: str) -> str:
    """The words alone, for a letter that is taken back into the composer."""
    return SIGNATURE.sub("", html).strip()


def with_signature(html: str, signature: str) -> str:
    """The words, and under them the signature of that moment."""
    return f'{html}<div class="signature">{from_plain(signature)}</div>' if signature.strip() else html


def pictures_in(html: str) -> set[int]:
    """The numbers of the files of ours that stand in the words as pictures."""
    return {int(number) for number in re.findall(r'<img\b[^>]*\bsrc="/files/(\d+)/?', html)}


def _judge(pictures: Callable[[int], str | None] | None) -> Callable[[str, str, str], str | None]:
    def judge(tag: str, name: str, value: str) -> str | None:
        if tag != "img" or name != "src":
            return value
        ours = OURS.fullmatch(value)
        if ours and pictures:
            return pictures(int(ours[1]))
        return value if pictures and BY_NAME.fullmatch(value) else None

    return judge
