"""Refuses a header that does not fit an entity's fields."""

from collections import Counter
from collections.abc import Callable, Collection
from itertools import islice

import entities
from entities.faults import closest_name
from ingestion.errors import MAX_FAULTS, MAX_FIELD_CHARACTERS, RefusedFile
from ingestion.files.columns.mapping import ColumnMapping
from ingestion.files.exported import ESCAPED_COLUMN


def check_header(mapping: ColumnMapping, header: list[str]) -> None:
    """Refuse a table whose rows cannot be entities. Raises RefusedFile."""
    fields = [field for c in header if c != ESCAPED_COLUMN and (field := mapping.field(c))]
    counts = Counter(fields) | Counter(name for name in header if name)
    quote = _quoting(mapping, header)
    if repeated := [name for name, count in counts.items() if count > 1]:
        raise RefusedFile("duplicate_column", f"more than one column for {quote(repeated)}")
    known = mapping.model.model_fields
    if unknown := [field for field in fields if field not in known]:
        raise RefusedFile("unknown_column", _unknown_columns(mapping, header, unknown, quote))
    needed = {name for name, field in known.items() if field.is_required()}
    by_key = {mapping.model.id_field()} if mapping.files.key else set()
    missing = sorted(needed - set(fields) - by_key)
    columns = filter(None, (*mapping.files.key, mapping.files.time))
    if missing := missing + [column for column in columns if column not in header]:
        names = _first_of(missing, repr)
        found = quote([name for name in header if name])
        raise RefusedFile("missing_column", f"no column for {names}: the header has {found}")


Quote = Callable[[list[str]], str]


def _unknown_columns(
    mapping: ColumnMapping, header: list[str], unknown: list[str], quote: Quote
) -> str:
    """Return why columns have no field: the delimiter, a missing header, or their names."""
    expected = _first_of(mapping.columns, repr)
    if len(header) == 1:
        return (
            f"the header has 1 column, {quote(header)}, but expected are {len(mapping.columns)}:"
            f" {expected}; is the `delimiter` of the catalog's `files` right?"
        )
    if not _known_columns(mapping).intersection(header):
        return (
            f"the header has {quote([name for name in header if name])}, but expected are"
            f" {expected}: does the first row name the columns?"
        )
    return (
        f"no field for {quote(unknown)}: there are {_first_of(mapping.model.model_fields, repr)};"
        " rename or ignore columns in the catalog's `files`"
    )


def _quoting(mapping: ColumnMapping, header: list[str]) -> Quote:
    """Return how to name columns: by position if the header may be a row of persons."""
    models, known = entities.models(), _known_columns(mapping)
    is_personal = any(models[name].personal_fields() for name in mapping.source.entities)

    def describe(name: str) -> str:
        if is_personal and name not in known:
            return f"column {header.index(name) + 1}"
        shown = name[:MAX_FIELD_CHARACTERS]
        close = None if name in known else closest_name(shown, known)
        return f"{shown!r} (did you mean {close!r}?)" if close else repr(shown)

    return lambda names: _first_of(names, describe)


def _known_columns(mapping: ColumnMapping) -> set[str]:
    files = mapping.files
    named = {*mapping.model.model_fields, *files.columns, *files.ignore, *files.key, files.time}
    return {name for name in named if name}


def _first_of(names: Collection[str], describe: Callable[[str], str]) -> str:
    """Describe the first MAX_FAULTS names, and count the rest."""
    rest = f" and {len(names) - MAX_FAULTS} more" if len(names) > MAX_FAULTS else ""
    return ", ".join(map(describe, islice(names, MAX_FAULTS))) + rest
