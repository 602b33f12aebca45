"""Checks that the names of a new source are free, so that nothing is overwritten."""

import re
from collections.abc import Iterable

import entities
from entities.base import MAX_NAME_CHARACTERS
from ingestion.catalog import Catalog
from ingestion.catalog.catalog import RESERVED_NAMES, RESERVED_PATHS
from ingestion.cli.checkout import Checkout
from ingestion.cli.sources.new.bad_draft import BadDraft
from ingestion.cli.sources.new.guesses.names import snake_case

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,23}")
_PATH = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_ENTITY = re.compile(r"[a-z][a-z0-9_]*")


def require_free_source(checkout: Checkout, catalog: Catalog, name: str) -> None:
    """Raise BadDraft if a source cannot have this name, or if it has an entry or samples."""
    if not _NAME.fullmatch(name):
        raise BadDraft(
            f"{name!r}: a name begins with A to Z or a to z, and has at most 24 letters, digits, -"
            " and _"
        )
    taken = _same(name, [*catalog.sources, *RESERVED_NAMES])
    if taken:
        raise BadDraft(f"the name {taken} is taken: choose another name, or edit the source")
    folder = checkout.samples_directory / name
    if folder.exists():
        shown = folder.relative_to(checkout.root)
        raise BadDraft(f"{shown} exists: move it away, or choose another name")


def free_path(catalog: Catalog, name: str, given: str | None) -> str:
    """Return the path of a new source. Raises BadDraft if another one has it."""
    path = given or name.lower()
    if not _PATH.fullmatch(path):
        raise BadDraft(f"--path {path}: must be lower case letters, digits, - and _, at most 40")
    if path in RESERVED_PATHS or path in catalog.name_by_path:
        user = catalog.name_by_path.get(path, "the platform")
        raise BadDraft(f"the path {path} is used by {user}: pass --path with another one")
    return path


def entity_of(checkout: Checkout, source: str, given: str | None) -> str:
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
    if not _ENTITY.fullmatch(lower) or len(lower) > MAX_NAME_CHARACTERS:
        raise BadDraft(
            f"--entity {given or name}: a name begins with A to Z, and has at most"
            f" {MAX_NAME_CHARACTERS} letters, digits and _"
        )
    if lower in entities.NO_ENTITIES:
        raise BadDraft(f"entities/{lower}.py exists: pass --entity with another name")
    record = checkout.root / "config" / "schemas" / f"{name}.json"  # Of an entity that is removed.
    for file in (*checkout.root.glob(f"entities/{lower}.*"), record):
        if file.exists():
            shown = file.relative_to(checkout.root)
            raise BadDraft(f"{shown} exists: pass --entity with another name")
    return name


def _same(name: str, others: Iterable[str]) -> str | None:
    """Return the other name that is equal but for its case."""
    return next((other for other in others if other.lower() == name.lower()), None)
