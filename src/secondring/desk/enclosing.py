"""Files that go along: kept at once in the draft, so that a closed tab loses none; 25 MB a letter."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from ..conversations.models import Attachment, Draft
from ..lib import blobs, file_types
from ..lib.errors import NotPossible
from ..team.models import Teammate

MOST_BYTES = 25 * 2**20  # what nearly every mail server takes, before base64
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def keep(
    file: "UploadedFile[bytes]", *, by: Teammate, at: datetime, draft: Draft | None = None, inline: bool = False
) -> Attachment:
    """Keep an uploaded file for a letter to come. inline: a picture that stands in the words.

    Raises NotPossible when it is too large for a letter, or no picture where one is wanted.
    """
    if (file.size or 0) > MOST_BYTES:
        raise NotPossible(_too_large())
    content = file.read()
    kind = file_types.sniff(content) if inline else (file.content_type or file_types.UNKNOWN)
    if inline and kind not in PICTURES:
        raise NotPossible(_("Only pictures can stand among the words. Enclose it as a file instead."))
    return Attachment.objects.create(
        draft=draft,
        added_by=by,
        sha256=blobs.keep(content),
        name=file_types.safe_name(file.name or ""),
        type=kind[:120],
        size=len(content),
        inline=inline,
        content_id=f"{secrets.token_hex(8)}@desk" if inline else "",
        at=at,
    )


def copy(attachment: Attachment, *, draft: Draft, by: Teammate, at: datetime) -> Attachment:
    """The same file once more, for a letter that is forwarded."""
    return Attachment.objects.create(
        draft=draft, added_by=by, sha256=attachment.sha256, name=attachment.name, type=attachment.type,
        size=attachment.size, at=at,
    )  # fmt: skip


def check_size(attachments: Iterable[Attachment]) -> None:
    """Raises NotPossible when together they are too large for a letter."""
    if sum(each.size for each in attachments) > MOST_BYTES:
        raise NotPossible(_too_large())


def pictures_again(html: str, draft: Draft) -> str:
    """Pictures by name become pictures of this desk again, for words that come back into the composer."""
    known = {each.content_id: each.pk for each in draft.attachments.filter(inline=True)}

    def address(match: re.Match[str]) -> str:
        number = known.get(match[1])
        return f'src="/files/{number}/"' if number else 'src=""'

    return re.sub(r'src="cid:([^"]*)"', address, html)


def _too_large() -> str:
    return _("That is more than %(most)s, which most mail servers refuse. Send a link instead.") % {
        "most": filesizeformat(MOST_BYTES)
    }
