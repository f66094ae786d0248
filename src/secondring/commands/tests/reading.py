"""Reads the house as it is written, for the tests that compare it with what is said about it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[4]
HOUSE = ROOT / "src" / "secondring"


def python_files(*, tests: bool = False) -> list[Path]:
    """The product's modules, without migrations, and without tests unless asked."""
    return [
        path
        for path in sorted(HOUSE.rglob("*.py"))
        if "migrations" not in path.parts and (tests or "tests" not in path.relative_to(HOUSE).parts)
    ]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def templates() -> list[Path]:
    return sorted(HOUSE.glob("**/templates/**/*.html"))


def room(path: Path) -> str:
    """The room a file belongs to: the first folder under the house."""
    return path.relative_to(HOUSE).parts[0]


def calls(path: Path, name: str) -> Iterator[tuple[ast.Call, ast.AST]]:
    """Every call of `name` (such as "history.record"), with the function it stands in."""
    tree = parsed(path)
    for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == name:
                yield node, scope


def words_in(node: ast.expr, scope: ast.AST) -> set[str]:
    """The strings an expression can be: itself, either side of a condition, or what its name was given in the function."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return words_in(node.body, scope) | words_in(node.orelse, scope)
    given = [each for each in ast.walk(scope) if isinstance(each, ast.Assign) and isinstance(node, ast.Name)]
    return {
        word
        for each in given
        if any(isinstance(target, ast.Name) and target.id == ast.unparse(node) for target in each.targets)
        for word in words_in(each.value, scope)
    }


def first_column(document: str) -> list[str]:
    """The code words that begin the rows of a document's tables: `| `word` … |`."""
    return re.findall(r"^\| `([^` ]+)", (ROOT / "docs" / document).read_text(encoding="utf-8"), flags=re.MULTILINE)


def street() -> dict[str, int]:
    """Each room's level on the one-way street, the top being 0, as .importlinter draws it."""
    text = (ROOT / ".importlinter").read_text(encoding="utf-8")
    layers = text.split("layers =\n", 1)[1].split("containers", 1)[0]
    return {name: level for level, line in enumerate(layers.split("\n")) for name in re.findall(r"\w+", line)}
