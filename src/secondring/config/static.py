"""Static files carry the hash of their content in their name, modules' imports included, so no tab ever mixes two versions."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

JOINED = ("desk/css/desk.css", "phone/phone.css", "portal/call.css")
IMPORT = re.compile(r'@import "([\w./-]+\.css)";\n')


class Files(CompressedManifestStaticFilesStorage):
    """Hashed and gzipped; `import "./live.js"` in a module is rewritten to the hashed name.

    A sheet that imports others is served as one, so that a first visit asks once and not twenty-five times.
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
        """Join the sheets before names are given. Their sources are read, for what was collected before is joined already."""
        for name in () if dry_run else JOINED:
            if name in paths:
                sheet = ContentFile(joined(paths, name).encode())
                self.delete(name)
                paths = {**paths, name: (self, self.save(name, sheet))}
        yield from super().post_process(paths, dry_run, **options)


def joined(paths: dict[str, Any], name: str) -> str:
    """The sheet with every sheet that it imports in its place. `paths`: each name's (storage, path), from collectstatic."""
    storage, path = paths[name]
    with storage.open(path) as file:
        text: str = file.read().decode()
    return IMPORT.sub(
        lambda found: joined(paths, posixpath.normpath(posixpath.join(posixpath.dirname(name), found[1]))), text
    )
