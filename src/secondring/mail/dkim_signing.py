"""Signs our letters, so that others can prove they are ours (RFC 6376)."""

from typing import Final

import dkim

_SIGNED: Final = (
    b"from reply-to to cc subject date message-id in-reply-to references mime-version content-type auto-submitted"
).split()


def sign(raw: bytes, *, domain: str, selector: str, private_key: bytes) -> bytes:
    """The letter with a DKIM-Signature above it. private_key: RSA, as PEM.

    Raises ValueError, in a sentence, when the key cannot be read or the letter has no From.
    """
    present = {line.split(b":", 1)[0].lower() for line in raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n") if b":" in line}
    try:
        signature: bytes = dkim.sign(
            raw,
            selector.encode("ascii"),
            domain.encode("idna"),
            private_key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name for name in _SIGNED if name in present],
        )
    except (dkim.DKIMException, UnicodeError) as trouble:
        raise ValueError(f"The letter could not be signed for {domain}: {trouble}") from trouble
    return signature + raw
