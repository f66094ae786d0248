"""Static files carry the hash of their content in their name, modules' imports included, so no tab ever mixes two versions."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Files(CompressedManifestStaticFilesStorage):
    """Hashed and gzipped; `import "./live.js"` in a module is rewritten to the hashed name."""

    support_js_module_import_aggregation = True
    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """The hashed name; where nothing was collected yet (in a test), the plain one."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
