"""Who talks with our inlet, by SMTP or LMTP, and how their letter is taken: in large pieces, not line by line."""

import asyncio

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, syntax

LARGEST = 35 * 2**20  # bytes of one letter
DOT = b".\r\n"
END = b"\r\n" + DOT  # RFC 5321, section 4.1.1.4; a dot between any other line ends ends no letter

TOO_LARGE = "552 5.3.4 The letter is larger than we can take ({most} MB). Please send it in parts."
GO_ON = "354 End data with <CR><LF>.<CR><LF>"


class _Guest(SMTP):
    """What is ours in a session. Lines may have any length: real letters have them, and refusing would lose them."""

    line_length_limit = 2**20  # bytes that the stream holds before it makes the sender wait
    guests: "set[object]"  # all who talk with us now

    def connection_lost(self, error: Exception | None) -> None:
        self.guests.discard(self)
        super().connection_lost(error)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Please say first for whom it is (RCPT).")
        elif arg:
            await self.push("501 5.5.4 DATA stands alone.")
        else:
            await self.push(GO_ON)
            answer = await self._answer(self.envelope, await letter_from(self._reader))
            self._set_post_data_state()  # type: ignore[no-untyped-call]
            await self.push(answer)

    async def _answer(self, envelope: Envelope, letter: bytes | None) -> str:
        if letter is None:
            return TOO_LARGE.format(most=LARGEST // 2**20)
        envelope.content = envelope.original_content = letter
        return str(await self._call_handler_hook("DATA"))


class SMTPGuest(_Guest):
    """One who speaks SMTP."""


class LMTPGuest(_Guest, LMTP):
    """One who speaks LMTP (RFC 2033)."""


async def letter_from(stream: asyncio.StreamReader, *, largest: int = LARGEST) -> bytes | None:
    """The letter that follows, without the dots that stand for the road only (RFC 5321, section 4.5.2).

    None when it is larger than `largest` bytes; then too it was read to its end. What comes after it stays in `stream`.
    """
    taken, fits = bytearray(), True
    while not (taken.endswith(END) or taken == DOT):
        try:
            taken += await stream.readuntil(DOT)
        except asyncio.LimitOverrunError as full:  # much has come, and no end in it yet
            taken += await stream.read(full.consumed)
        fits = fits and len(taken) <= largest + len(DOT)
        if not fits:
            del taken[: -len(END)]
    if not fits:
        return None
    letter = bytes(taken[: -len(DOT)]).replace(b"\r\n.", b"\r\n")
    return letter[1:] if letter.startswith(b".") else letter
