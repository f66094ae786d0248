"""Static files carry the hash of their content in their name, modules' imports included, so no tab ever mixes two versions."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

OURS = ("desk/", "phone/", "portal/")
REMARK = r"/\*(?:[^*]|\*(?!/))*\*/"
REMARKS = {
    ".css": re.compile(rf"{REMARK}\n?"),
    # Alone on its lines, or a type beside a word; and a line that is nothing else.
    ".js": re.compile(rf"^[ \t]*{REMARK}[ \t]*\n|{REMARK}|^[ \t]*//.*\n", re.MULTILINE),
}  # what builders tell each other: a quarter of our scripts and sheets
IMPORT = re.compile(r'@import "([\w./-]+\.css)";\n')


class Files(CompressedManifestStaticFilesStorage):
    """Hashed and gzipped; `import "./live.js"` in a module is rewritten to the hashed name.

    A sheet that imports others is served as one, so that a first visit asks once and not twenty-five times, and what
    builders tell each other in it stays at home.
    """

    support_js_module_import_aggregation = True
    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """The hashed name; where nothing was collected yet (in a test), the plain one."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Make ours light before names are given. Sources are read, for what was collected before is light already."""
        for name in () if dry_run else [name for name in paths if is_ours(name)]:
            light = ContentFile(without_remarks(name, joined(paths, name)).encode())
            self.delete(name)
            paths = {**paths, name: (self, self.save(name, light))}
        yield from super().post_process(paths, dry_run, **options)


def is_ours(name: str) -> bool:
    """A sheet or a script that we wrote; libraries are served as their makers made them."""
    return name.startswith(OURS) and "/vendor/" not in name and posixpath.splitext(name)[1] in REMARKS


def without_remarks(name: str, text: str) -> str:
    r"""What a browser needs of it.

    >>> without_remarks("desk/a.js", "/** Says a. */\nlet a = /** @type {A} */ (b); // of b\n// why\nawait /** @type {C} */ c;\n")
    'let a =  (b); // of b\nawait  c;\n'
    >>> without_remarks("desk/a.css", "/* Red. */\np { color: red; /* not */ }\n")
    'p { color: red;  }\n'
    """
    return REMARKS[posixpath.splitext(name)[1]].sub("", text)


def joined(paths: dict[str, Any], name: str) -> str:
    """The sheet with every sheet that it imports in its place. `paths`: each name's (storage, path), from collectstatic."""
    storage, path = paths[name]
    with storage.open(path) as file:
        text: str = file.read().decode()
    return IMPORT.sub(
        lambda found: joined(paths, posixpath.normpath(posixpath.join(posixpath.dirname(name), found[1]))), text
    )
