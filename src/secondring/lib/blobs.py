"""Raw letters and attachments are files named by their SHA-256. A row may point to one only after it is safely on disk."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


def _path(sha256: str) -> Path:
    if len(sha256) != 64 or not sha256.isalnum():
        raise ValueError(f"not a SHA-256: {sha256!r}")
    return Path(settings.SECONDRING_DIR) / "blobs" / sha256[:2] / sha256


def keep(content: bytes) -> str:
    """Store `content` durably (file and folder synced) and return its SHA-256 in hex. The same content is stored once.

    Raises OSError when the disk refuses; then nothing was stored.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    path = _path(sha256)
    if path.exists() and path.stat().st_size == len(content):
        _sync_folder(path.parent)  # whoever wrote it may have been killed before this
        return sha256
    return keep_parts([content])[0]


def keep_parts(parts: Iterable[bytes]) -> tuple[str, int]:
    """As `keep`, for content that comes piece by piece and is never held whole: its SHA-256 and its size in bytes."""
    digest, size = hashlib.sha256(), 0
    root = Path(settings.SECONDRING_DIR) / "blobs"
    _make_folder(root)
    handle, temporary = tempfile.mkstemp(dir=root, prefix=".keeping-")
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                digest.update(part)
                size += file.write(part)
            file.flush()
            _sync(file.fileno())
        path = _path(digest.hexdigest())
        _make_folder(path.parent)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return digest.hexdigest(), size


def read(sha256: str) -> bytes:
    """The content kept under `sha256`. Raises FileNotFoundError."""
    return _path(sha256).read_bytes()


def path(sha256: str) -> Path:
    """Where the content lies, for servers that send files themselves."""
    return _path(sha256)


def has(sha256: str) -> bool:
    """Is this content here?"""
    return _path(sha256).exists()


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(folder.parent)


def _sync(descriptor: int) -> None:
    if settings.SECONDRING_DURABLE:
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)
