"""The committed records in config/schemas: written by `make schemas`, checked by `make check`."""

import json
from pathlib import Path
from typing import Any

import entities
from infra.tools.errors import SetupError
from infra.tools.paths import ROOT
from infra.tools.schemas.compare import BreakingChange, breaking_changes
from infra.tools.schemas.record import record_of

Json = dict[str, Any]

BREAKING = "breaking"  # The breaking changes that were accepted, each with its reason.
_HOW_TO_ACCEPT = '`make schemas BREAKING=1 REASON="…"` accepts it and records the reason.'


class SchemaRefused(SetupError):
    """A model does not fit the record of its schema, or the rows of an environment."""


def directory(root: Path = ROOT) -> Path:
    """Return the folder of the records."""
    return root / "config" / "schemas"


def recorded(root: Path = ROOT) -> dict[str, Json]:
    """Return the committed records by entity, also those of removed entities."""
    return {file.stem: _read(file) for file in sorted(directory(root).glob("*.json"))}


def _read(file: Path) -> Json:
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        if record["entity"] == file.stem and isinstance(record["fields"], dict):
            return dict(record)
    except (ValueError, TypeError, KeyError):
        pass
    raise SchemaRefused(
        f"config/schemas/{file.name} is not the record of {file.stem}: restore the file with git."
    )


def current(root: Path = ROOT) -> dict[str, Json]:
    """Return the records of today's models, with the accepted changes that are committed.

    The record of an entity without a model says that the entity is removed.
    """
    committed = recorded(root)
    models = entities.models()
    gone = {name: old | {"removed": True} for name, old in committed.items() if name not in models}
    kept = {name: committed.get(name, {}).get(BREAKING, []) for name in models}
    made = {name: record_of(m) | {BREAKING: kept[name]} for name, m in models.items()}
    return dict(sorted((gone | made).items()))


def check(root: Path = ROOT) -> None:
    """Raise SchemaRefused if a model has no equal record. An entity without a record is new."""
    committed, made = recorded(root), current(root)
    require_accepted(_breaking(committed, made), f"config/schemas: {_HOW_TO_ACCEPT}")
    if stale := [name for name, old in committed.items() if old != made[name]]:
        files = ", ".join(f"config/schemas/{name}.json" for name in stale)
        raise SchemaRefused(
            f"{files}: the model changed, and rows that are stored still fit. Run `make schemas`,"
            " and commit the records."
        )


def write(root: Path = ROOT, *, accept: bool = False, reason: str = "") -> list[str]:
    """Write the record of each entity, and return the names of those that changed.

    Raises SchemaRefused for a breaking change, unless `accept` with a reason, which is recorded.
    """
    if accept and not reason.strip():
        raise SchemaRefused(
            'A breaking change needs a reason: add REASON="…". Nothing was written.'
        )
    committed, made = recorded(root), current(root)
    changes = _breaking(committed, made)
    if not accept:
        require_accepted(changes, f"Nothing was written. {_HOW_TO_ACCEPT}")
    for change in changes:
        accepted = {"field": change.field, "change": change.what, "reason": reason.strip()}
        made[change.entity][BREAKING] = [*made[change.entity].get(BREAKING, []), accepted]
    changed = [name for name, record in made.items() if committed.get(name) != record]
    directory(root).mkdir(parents=True, exist_ok=True)
    for name in changed:
        text = json.dumps(made[name], indent=2, sort_keys=True, ensure_ascii=False)
        (directory(root) / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
    return changed


def _breaking(old: dict[str, Json], new: dict[str, Json]) -> list[BreakingChange]:
    return [change for name in old for change in breaking_changes(old[name], new.get(name))]


def require_accepted(changes: list[BreakingChange], advice: str) -> None:
    """Raise SchemaRefused with every change, and what would be right."""
    if changes:
        listed = "\n".join(f"- {change}." for change in changes)
        raise SchemaRefused(f"Breaking changes of entities:\n{listed}\n{advice}")
