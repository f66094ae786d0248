"""What no linter knows of this house: its street in the templates, its sizes and names, pages that a strict CSP lets live."""

import ast
import re
from pathlib import Path

import pytest

from .reading import HOUSE, ROOT, parsed, python_files, room, street, templates

INLINE = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style[\s>]",
    "a script written into the page": r"<script(?![^>]*\ssrc\s*=)(?![^>]*type=\"(?:application/json|speculationrules)\")",
    "an on… attribute": r"<[^>]*\son[a-z]+\s*=",
    "hx-on": r"\shx-on[:=-]",
    "a js: value": r"=\s*[\"']\s*(?:js|javascript):",
    "a trigger filter, which needs eval": r"hx-trigger\s*=\s*\"[^\"]*\[",
}
# Tables that grow with every letter; Django would copy them whole on SQLite to add a column with a default.
GROWING = "attachment|contactpoint|conversation|customer|delivery|event|incomingemail|message"
COPIES = rf"AddField\(\s*model_name=['\"](?:{GROWING})['\"],\s*name=['\"]\w+['\"],\s*field=models\.(?!ManyToMany)(?!.*null=True)"
NOT_OUR_NAMES = re.compile(r"(Service|Handler|Helper|Manager|Processor)$")
NOT_OUR_VERBS = re.compile(r"^_?(process|handle|manage|update)_[a-z]")  # aiosmtpd calls handle_DATA
LONGEST_FILE, LONGEST_FUNCTION = 300, 40


def lines_with(pattern: str, text: str) -> list[int]:
    return [text[: match.start()].count("\n") + 1 for match in re.finditer(pattern, text)]


@pytest.mark.parametrize("what", INLINE)
def test_no_page_asks_the_browser_to_run_what_is_written_into_it(what: str) -> None:
    found = {
        str(path.relative_to(HOUSE)): lines
        for path in templates()
        if (lines := lines_with(INLINE[what], path.read_text(encoding="utf-8")))
    }
    assert found == {}, f"{what} in a template"


def test_the_patterns_see_what_they_forbid() -> None:
    wrong = (
        '<p style="color: red"><style>p {}</style><script>1</script><b onclick="x()">'
        """<i hx-on:click="x()"><a href="javascript:x()"><u hx-trigger="click[ctrlKey]">"""
    )
    assert [what for what, pattern in INLINE.items() if not lines_with(pattern, wrong)] == []


def test_templates_obey_the_street() -> None:
    levels = street()
    upward = [
        f"{path.relative_to(HOUSE)} uses {used}"
        for path in templates()
        for used in re.findall(r"{%-?\s*(?:include|extends)\s+[\"'](\w+)/", path.read_text(encoding="utf-8"))
        if used != room(path) and used in levels and levels[used] <= levels[room(path)]
    ]
    assert upward == []


def test_no_migration_copies_a_table_that_grows() -> None:
    copied = 'migrations.AddField(\n model_name="message",\n name="new",\n field=models.BooleanField(default=False),'
    assert lines_with(COPIES, copied), "the pattern sees what it forbids"
    assert not lines_with(COPIES, copied.replace("default=False", "null=True"))
    later = (path for path in HOUSE.glob("*/migrations/*.py") if not path.name.startswith("0001"))
    found = [str(path.relative_to(HOUSE)) for path in later if lines_with(COPIES, path.read_text(encoding="utf-8"))]
    assert found == [], "lib.columns.AddColumn costs the same for three million rows as for none"


def test_every_file_can_be_read_in_one_sitting() -> None:
    scripts = [path for path in HOUSE.rglob("*.js") if "vendor" not in path.parts]
    read = [*python_files(tests=True), *scripts]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in read}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.relative_to(HOUSE)}: {each.name}, {length} lines"
        for path in python_files()
        for each in functions(path)
        if (length := (each.end_lineno or 0) - each.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


def extends_such(node: ast.ClassDef) -> bool:
    """A kind of Django's UserManager may be called one."""
    return any(NOT_OUR_NAMES.search(re.split(r"\W", ast.unparse(base))[0]) for base in node.bases)


def test_functions_and_classes_are_named_for_what_they_do() -> None:
    vague = [
        f"{path.relative_to(HOUSE)}: {node.name}"
        for path in python_files()
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.ClassDef) and NOT_OUR_NAMES.search(node.name) and not extends_such(node))
        or (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and NOT_OUR_VERBS.search(node.name))
    ]
    assert vague == []


def test_every_module_begins_with_its_principle() -> None:
    silent = [
        str(path.relative_to(HOUSE))
        for path in python_files()
        if path.name not in ("__init__.py", "apps.py") and not ast.get_docstring(parsed(path))
    ]
    assert silent == []


def test_every_room_has_a_place_on_the_street() -> None:
    rooms = {path.parent.name for path in HOUSE.glob("*/__init__.py")}
    assert rooms <= set(street())


def test_stylesheets_take_their_colours_from_the_tokens() -> None:
    loose = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted(HOUSE.glob("*/static/**/*.css"))
        if path.name != "tokens.css" and "vendor" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r":[^;]*#[0-9a-fA-F]{3,8}\b", line)
    ]
    assert loose == []
