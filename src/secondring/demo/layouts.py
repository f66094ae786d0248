"""How programs dress letters: the plain paragraphs of a mail program, a library's letterhead, a newsletter, a swindler's."""

from collections.abc import Callable
from html import escape


def paragraphs(text: str) -> str:
    """Typed words as HTML: an empty line parts paragraphs."""
    blocks = (block.strip() for block in text.split("\n\n"))
    return "".join(f"<p>{escape(block).replace(chr(10), '<br>')}</p>" for block in blocks if block)


def signed(text: str, signature: str) -> str:
    """What a colleague wrote in the composer, and their signature under it."""
    return f'{paragraphs(text)}<div class="signature">{paragraphs(signature)}</div>'


def plain(text: str) -> str:
    """What a mail program makes of typed words."""
    return f'<html><body dir="auto">{paragraphs(text)}</body></html>'


def library(text: str) -> str:
    """A public body's letterhead: tables within tables, a rule, small print."""
    return f"""<!DOCTYPE html><html><head><style>td {{ font-family: Georgia, serif }} .bar {{ background: #6b4a62 }}
</style></head><body bgcolor="#f4f1ec"><table width="620" cellpadding="0" cellspacing="0" align="center" bgcolor="#ffffff">
<tr><td class="bar" height="6"></td></tr>
<tr><td style="padding: 18px 28px; font-size: 19px; color: #6b4a62">Bibliothèques Sorel
<font size="2" color="#888888">neuf maisons, une discothèque</font></td></tr>
<tr><td style="padding: 6px 28px 22px; font-size: 15px; line-height: 1.5">{paragraphs(text)}</td></tr>
<tr><td style="padding: 14px 28px; font-size: 11px; color: #777777; border-top: 1px solid #dddddd">
Service des acquisitions, 3 place de la Lune, Grenoble. Pensez aux arbres.</td></tr></table></body></html>"""


def newsletter(text: str) -> str:
    """A newsletter with a picture held elsewhere and one point of light that counts its readers."""
    title, _, rest = text.partition("\n\n")
    return f"""<html><body style="margin: 0; background: #e9e9e4"><center><table width="600" bgcolor="#ffffff">
<tr><td style="background: #20303f; color: #ffffff; font: bold 24px Arial; padding: 24px">{escape(title)}</td></tr>
<tr><td><img src="https://img.pressingmatters.example/41/lacquer.jpg" width="600" height="220" alt="A lathe"></td></tr>
<tr><td style="font: 15px/1.6 Arial; padding: 20px 24px">{paragraphs(rest)}</td></tr>
<tr><td style="font: 11px Arial; padding: 12px 24px"><a href="https://pressingmatters.example/leave">Leave the list</a>
</td></tr></table>
<img src="https://count.pressingmatters.example/o.gif?r=8841" width="1" height="1"></center></body></html>"""


def prize(text: str) -> str:
    """Capital letters, a red button, and a link that is not what it says."""
    return f"""<html><body><font color="red" size="5"><b>ATTENTION</b></font>{paragraphs(text)}
<a href="http://lucky-notice.example/claim?id=850" style="background: red; color: white; padding: 12px">www.customs.example</a>
<form action="http://lucky-notice.example/bank"><input name="account"><input type="submit" value="CLAIM"></form></body></html>"""


LAYOUTS: dict[str, Callable[[str], str]] = {
    "plain": plain,
    "library": library,
    "newsletter": newsletter,
    "prize": prize,
}


def long_page(sentences: list[str], size: int) -> str:
    """A page of at least `size` bytes, laid out as shops' mail programs do: a table a paragraph, styles on every cell."""
    rows: list[str] = []
    written = 0
    while written < size:
        row = (
            '<tr><td style="font-family: Helvetica, Arial, sans-serif; font-size: 15px; line-height: 22px; color: #333333; '
            f'padding: 8px 24px" valign="top">{escape(sentences[len(rows) % len(sentences)])}</td></tr>\n'
        )
        rows.append(row)
        written += len(row)
    return f'<html><body><table width="640" cellspacing="0" cellpadding="0">{"".join(rows)}</table></body></html>'
