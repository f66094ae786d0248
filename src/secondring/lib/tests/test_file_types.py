"""Files of strangers: what they are, what they are called, how they are handed over."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from secondring.lib.file_types import (
    headers_for,
    is_picture_bomb,
    safe_name,
    safe_to_preview,
    size_in_pixels,
    sniff,
    warning_about,
)


def a_picture(kind: str, size: tuple[int, int] = (30, 20)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size).save(file, kind)
    return file.getvalue()


def an_office_file(part: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<x/>")
    return file.getvalue()


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp", "bmp", "tiff"])
def test_pictures_are_known_by_their_first_bytes(kind: str) -> None:
    assert sniff(a_picture(kind)) == f"image/{kind}"


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
def test_the_size_of_a_picture_is_read_without_unfolding_it(kind: str) -> None:
    assert size_in_pixels(a_picture(kind)) == (30, 20)
    assert not is_picture_bomb(a_picture(kind))


def test_a_small_file_that_unfolds_into_a_wall_is_noticed() -> None:
    head = a_picture("png")
    wall = head[:16] + (100_000).to_bytes(4, "big") * 2 + head[24:]
    assert is_picture_bomb(wall)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"MZ\x90\0", "application/x-msdownload"),
        (b"\x7fELF\x02", "application/x-executable"),
        (b"#!/bin/sh\n", "text/x-script"),
        (b"<svg xmlns='x'/>", "image/svg+xml"),
        (b"<?xml version='1.0'?><svg/>", "image/svg+xml"),
        (b"\xef\xbb\xbf  <!-- x --><!DOCTYPE html>", "text/html"),
        (b"<script>", "text/html"),
        (b"Hello Mae,\nthe strings hum.", "text/plain"),
        ("Grüße".encode() * 2000, "text/plain"),
        (b"\0\1\2", "application/octet-stream"),
        (b"", "application/octet-stream"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (
            an_office_file("word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (an_office_file("readme.txt"), "application/zip"),
    ],
)
def test_other_files_are_known_too(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


@given(st.binary(max_size=200))
def test_no_bytes_upset_the_reader(data: bytes) -> None:
    assert "/" in sniff(data)
    size_in_pixels(data)
    size_in_pixels(b"\xff\xd8\xff" + data)
    size_in_pixels(b"RIFF\0\0\0\0WEBPVP8X" + data)


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "text/xml", "text/plain", "application/zip", "image/bmp"]
)
def test_what_could_run_is_never_shown_in_place(kind: str) -> None:
    assert not safe_to_preview(kind)
    headers = headers_for("a.svg", kind, inline=True)
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_picture_is_shown_in_place_and_stays_a_picture() -> None:
    headers = headers_for("Bridge ü.png", "image/png", inline=True)
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"] == "inline; filename=\"Bridge _.png\"; filename*=UTF-8''Bridge%20%C3%BC.png"
    assert headers["X-Content-Type-Options"] == "nosniff"


@given(st.text(max_size=400))
def test_no_name_breaks_out_of_its_header_or_its_folder(name: str) -> None:
    kept = safe_name(name)
    assert kept
    assert not set(kept) & set('/\\<>:"|?*\r\n\0')
    assert kept not in (".", "..")
    assert len(kept.encode()) <= 181
    header = headers_for(name, "image/png")["Content-Disposition"]
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\bridge.png", "bridge.png"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("photo.jpg                    .exe", "photo.jpg.exe"),
        ("CON.txt", "_CON.txt"),
        (" .. ", "file"),
        ("a\r\nX-Evil: 1.txt", "a X-Evil_ 1.txt"),
        ("ü" * 300 + ".pdf", "ü" * 88 + ".pdf"),
    ],
)
def test_names_are_made_honest(name: str, kept: str) -> None:
    assert safe_name(name) == kept


@pytest.mark.parametrize(
    ("name", "kind", "warning"),
    [
        ("holiday.jpg.exe", "", "This is a program, not a picture."),
        ("invoice.pdf", "application/x-msdownload", "This is a program, not a document."),
        ("photo.jpg           .scr", "", "This is a program, not a picture."),
        ("setup.exe", "", "This is a program. Open it only if you asked for it."),
        ("photo\u202egpj.png", "image/png", "This name was written so that it reads differently from what it is."),
        ("orders.xlsm", "", "This document may hold a program. Open it only if you asked for it."),
        ("login.html", "text/html", "This is a web page. It may pretend to be somebody else's."),
        ("bridge.png", "application/zip", "This is not the picture that its name says."),
        ("bridge.png", "image/jpeg", ""),
        ("Take 3.final.wav", "audio/wav", ""),
    ],
)
def test_a_person_is_told_before_opening(name: str, kind: str, warning: str) -> None:
    assert warning_about(name, kind) == warning
