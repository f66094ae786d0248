"""A one-page PDF, written by hand: an order with a stamp, an invoice."""

from collections.abc import Sequence


def paper(title: str, lines: Sequence[str]) -> bytes:
    """A PDF page (A4, Helvetica, PDF 1.4 as in ISO 32000-1 section 7.5) with a title and lines; Latin-1 letters only."""
    text = [f"BT /F1 20 Tf 60 770 Td ({_escaped(title)}) Tj ET"]
    text += [f"BT /F1 11 Tf 60 {724 - 18 * i} Td ({_escaped(line)}) Tj ET" for i, line in enumerate(lines)]
    page = "\n".join(["0.55 0.2 0.12 RG 2 w 60 752 475 0 re S", *text]).encode("latin-1", "replace")
    return _bound(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )


def _bound(*objects: bytes) -> bytes:
    """The objects in order, with the table that says at which byte each begins."""
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
