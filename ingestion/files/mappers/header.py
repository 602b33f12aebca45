"""Refuses a header that does not fit an entity's fields."""

from collections import Counter

from ingestion.errors import RefusedFile
from ingestion.files.exported import ESCAPED_COLUMN
from ingestion.files.mappers.column_names import Quote, check_unique, first_of, quoting
from ingestion.files.mappers.short_form import ShortForm


def check_header(mapping: ShortForm, header: list[str]) -> None:
    """Refuse a table whose rows cannot be entities. Raises RefusedFile."""
    fields = [field for c in header if c != ESCAPED_COLUMN and (field := mapping.field(c))]
    quote = quoting(mapping.source, header, _known_columns(mapping))
    check_unique(Counter(fields) | Counter(filter(None, header)), quote)
    known = mapping.model.model_fields
    if unknown := [field for field in fields if field not in known]:
        raise RefusedFile("unknown_column", _unknown_columns(mapping, header, unknown, quote))
    needed = {name for name, field in known.items() if field.is_required()}
    by_key = {mapping.model.id_field()} if mapping.files.key else set()
    missing = sorted(needed - set(fields) - by_key)
    columns = filter(None, (*mapping.files.key, mapping.files.time))
    if missing := missing + [column for column in columns if column not in header]:
        names = first_of(missing, repr)
        found = quote([name for name in header if name])
        raise RefusedFile("missing_column", f"no column for {names}: the header has {found}")


def _unknown_columns(
    mapping: ShortForm, header: list[str], unknown: list[str], quote: Quote
) -> str:
    """Return why columns have no field: the delimiter, a missing header, or their names."""
    expected = first_of(mapping.columns, repr)
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
        f"no field for {quote(unknown)}: there are {first_of(mapping.model.model_fields, repr)};"
        " rename or ignore columns in the catalog's `files`"
    )


def _known_columns(mapping: ShortForm) -> set[str]:
    files = mapping.files
    named = {*mapping.model.model_fields, *files.columns, *files.ignore, *files.key, files.time}
    return {name for name in named if name}
