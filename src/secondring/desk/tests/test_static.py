"""What collecting makes of our sheets and modules."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.management import call_command
from django.test import override_settings

CSS = Path(__file__).resolve().parents[1] / "static/desk/css"


@pytest.fixture(scope="module")
def collected():
    with TemporaryDirectory() as folder, override_settings(STATIC_ROOT=folder):
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)  # an upgrade collects over what is there
        yield Path(folder) / "desk"


def test_the_sheets_are_served_as_one_with_every_rule_in_its_layer(collected: Path):
    sheet = next(file for file in (collected / "css").glob("desk.*.css"))
    text = sheet.read_text()
    assert "@import" not in text
    assert text.index("@layer tokens, base, parts, screens;") < text.index("@layer tokens {")
    assert ".wait {" in text
    outside = re.sub(r"/\*.*?\*/|@font-face \{.*?\n\}", "", text, flags=re.DOTALL)
    top = [line for line in outside.splitlines() if line and not line.startswith((" ", "}", "@layer", "@keyframes"))]
    assert top == []


def test_no_sheet_sends_for_another_and_no_remark_of_ours_travels(collected: Path):
    ours = [
        file
        for room in ("desk", "phone", "portal")
        for file in (collected.parent / room).rglob("*")
        if file.suffix in (".css", ".js") and "vendor" not in file.parts
    ]
    assert {"phone.css", "call.css", "desk.css", "widget.js", "service-worker.js"} <= {file.name for file in ours}
    assert [file.name for file in ours if re.search(r"/\*|@import|^\s*//", file.read_text(), re.MULTILINE)] == []


def test_fonts_in_the_sheet_carry_their_hash(collected: Path):
    text = next((collected / "css").glob("desk.*.css")).read_text()
    fonts = re.findall(r'url\("\.\./fonts/([\w.-]+)"\)', text)
    assert fonts
    assert all((collected / "fonts" / font).exists() and re.search(r"\.[0-9a-f]{12}\.woff2$", font) for font in fonts)


def test_every_sheet_is_imported_once_but_the_parts_pages_own():
    imported = re.findall(r'@import "([\w-]+\.css)";', (CSS / "desk.css").read_text())
    assert len(imported) == len(set(imported))
    assert {file.name for file in CSS.glob("*.css")} - set(imported) == {"desk.css", "parts.css"}


def test_modules_import_each_other_by_hashed_names(collected: Path):
    text = next(file for file in collected.glob("desk.*.js")).read_text()
    assert re.search(r'"\./waiting\.[0-9a-f]{12}\.js"', text)
    assert not re.search(r'"\./\w+\.js"', text)
