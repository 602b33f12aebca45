"""Checks that the names of a new source are free, so that nothing is overwritten."""

from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

import entities
from entities.model_files import ENTITY_NAME, ENTITY_NAME_RULE
from ingestion.catalog import Catalog, SourceName
from ingestion.catalog.catalog import RESERVED_NAMES, RESERVED_PATHS
from ingestion.catalog.source import UrlPath
from ingestion.cli.catalog_faults.messages import PATTERN_RULES
from ingestion.cli.checkout import Checkout
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.guesses.names import snake_case
from ingestion.cli.sources.new.options import Options

_NAME: TypeAdapter[str] = TypeAdapter(SourceName)
_PATH: TypeAdapter[str] = TypeAdapter(UrlPath)


class Names(NamedTuple):
    """The names of a source that are free, and of its entity, which may exist."""

    source: str
    path: str
    entity: str

    @property
    def hints(self) -> set[str]:
        """Return what the items may be called, in the singular too."""
        names = {snake_case(self.source), self.entity.lower()}
        return names | {name.removesuffix("s") for name in names}


def free_names(checkout: Checkout, catalog: Catalog, options: Options) -> Names:
    """Return the names of a source. Raises BadDraft if one is taken."""
    _require_free_source(checkout, catalog, options.name)
    path = _free_path(catalog, options.name, options.path)
    return Names(options.name, path, _entity_of(checkout, options.name, options.entity))


def _require_free_source(checkout: Checkout, catalog: Catalog, name: str) -> None:
    """Raise BadDraft if a source cannot have this name, or if it has an entry or samples."""
    if not _is_valid(_NAME, name):
        raise BadDraft(f"{name!r}: {PATTERN_RULES['[key]']}")
    used = {other.lower(): other for other in (*catalog.sources, *RESERVED_NAMES)}
    if taken := used.get(name.lower()):  # The catalog too ignores the case.
        raise BadDraft(f"the name {taken} is taken: choose another name, or edit the source")
    folder = checkout.samples_directory / name
    if folder.exists():
        shown = folder.relative_to(checkout.root)
        raise BadDraft(f"{shown} exists: delete or rename the folder, or choose another name")


def _free_path(catalog: Catalog, name: str, given: str | None) -> str:
    """Return the path of a new source. Raises BadDraft if another one has it."""
    path = given or name.lower()
    if not _is_valid(_PATH, path):
        raise BadDraft(f"--path {path}: {PATTERN_RULES['path']}")
    if path in RESERVED_PATHS or path in catalog.name_by_path:
        user = catalog.name_by_path.get(path, "the platform")
        raise BadDraft(f"the path {path} is used by {user}: pass --path with another one")
    return path


def _entity_of(checkout: Checkout, source: str, given: str | None) -> str:
    """Return the name of the entity in capitals. Without `given` it is that of the source.

    Raises BadDraft if a new entity cannot have the name.
    """
    name = (given or snake_case(source)).upper()
    if name in entities.models():
        if given:
            return name
        raise BadDraft(
            f"the entity {name} exists: pass --entity {name} to send it, or --entity with the name"
            " of a new one"
        )
    lower = name.lower()
    if not ENTITY_NAME.fullmatch(lower):
        raise BadDraft(f"--entity {given or name}: {ENTITY_NAME_RULE}")
    if taken := entities.NO_ENTITIES.get(lower):
        raise BadDraft(f"entities/{taken} exists: pass --entity with another name")
    record = checkout.root / "config" / "schemas" / f"{name}.json"  # Of an entity that is removed.
    if record.exists():
        shown = record.relative_to(checkout.root)
        raise BadDraft(f"{shown} exists: pass --entity with another name")
    return name


def _is_valid(adapter: TypeAdapter[Any], name: str) -> bool:
    try:
        adapter.validate_python(name)
    except ValidationError:
        return False
    return True
