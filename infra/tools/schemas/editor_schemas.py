"""The JSON Schemas of YAML files for editors: written by `make schemas`, then checked."""

from pathlib import Path

from entities.declared.declaration import EntityDeclaration
from infra.tools.paths import ROOT
from infra.tools.schemas import catalog_schema
from infra.tools.schemas.files import SchemaRefused

ENTITIES = "config/entities.schema.json"


def write_schemas(root: Path = ROOT) -> list[str]:
    """Write the files of the schemas. Return the names of those that changed."""
    changed = _changed(root)
    for name, text in changed.items():
        (root / name).write_text(text, encoding="utf-8")
    return list(changed)


def check_schemas(root: Path = ROOT) -> None:
    """Raise SchemaRefused if a file is missing, or is not the schema of today's models."""
    if changed := _changed(root):
        raise SchemaRefused(f"{', '.join(changed)}: older than the models. Run `make schemas`.")


def _changed(root: Path) -> dict[str, str]:
    """Return the text of each file that holds another one, or does not exist."""
    texts = {
        catalog_schema.NAME: catalog_schema.schema_text(),
        ENTITIES: catalog_schema.as_text(catalog_schema.schema_of(EntityDeclaration)),
    }
    files = {name: root / name for name in texts}
    kept = {n: f.read_text(encoding="utf-8") for n, f in files.items() if f.is_file()}
    return {name: text for name, text in texts.items() if kept.get(name) != text}
