"""Refuses a table whose columns are not those that the rules of its source read."""

from collections import Counter
from collections.abc import Iterator

import entities
from ingestion.catalog import Source
from ingestion.errors import RefusedFile
from ingestion.files.mappers.column_names import check_unique, first_of, quoting
from ingestion.mapping.coverage import paths_in_expression, paths_in_payload
from ingestion.mapping.expressions import compile_expression
from ingestion.mapping.language.reads import ANY_FIELD
from ingestion.mapping.rules import Rule


def check_read_columns(source: Source, header: list[str]) -> None:
    """Refuse a table that does not fit the rules, in two cases. Raises RefusedFile.

    Neither a rule nor `ignore` reads a column of the header. Or the source ignores no rows, and the
    header lacks a column that a rule without a condition needs: its id, its time or a required
    field. Any other column may be missing, and is null.
    """
    read = _read_columns(source)
    quote = quoting(source, header, read)
    named = [name for name in header if name]
    check_unique(Counter(named), quote)
    if read and not read.intersection([*named, ANY_FIELD]):
        raise RefusedFile(
            "unknown_column",
            f"the header has {quote(named)}, but the rules read {first_of(sorted(read), repr)}:"
            " does the first row name the columns, and is the `delimiter` of the catalog's `files`"
            " right?",
        )
    if source.ignored:
        return
    if missing := _missing(source, named, only_required=True):
        names = first_of(missing, repr)
        raise RefusedFile("missing_column", f"no column for {names}: the header has {quote(named)}")


def missing_columns(source: Source, header: list[str]) -> list[str]:
    """Return the columns that the header lacks, and without which fields of all events are null.

    These are columns that alone are the value of a field without a default, in a rule without a
    condition. Other columns may be those of another kind of file.
    """
    return _missing(source, header, only_required=False)


def _missing(source: Source, header: list[str], *, only_required: bool) -> list[str]:
    """Return the columns of the rules that the header lacks, in the order of the rules."""
    needed = (column for rule in source.map for column in _needed_columns(rule, only_required))
    return [column for column in dict.fromkeys(needed) if column not in header]


def _read_columns(source: Source) -> set[str]:
    """Return the columns that the rules and `ignore` read. ANY_FIELD stands for every column."""
    paths = {path for rule in source.map for path in paths_in_payload(rule)}
    paths |= {path for text in source.ignored for path in paths_in_expression(text)}
    return {path[0] if path else ANY_FIELD for path in paths}


def _needed_columns(rule: Rule, only_required: bool) -> Iterator[str]:
    """Yield the columns without which the rule makes an event of no row, or lacks a field."""
    if rule.each is not None or rule.when is not None:
        return
    texts = rule.id_parts
    if rule.time_form:
        texts = [*texts, rule.time_form.value]
    if rule.operation == "upsert":
        texts = [*texts, *_values(rule, only_required)]
    for text in texts:
        column = compile_expression(text).payload_field
        if column is not None:
            yield column


def _values(rule: Rule, only_required: bool) -> Iterator[str]:
    """Yield the expressions of the fields that have no default."""
    model = entities.models()[rule.entity]
    for name, value in rule.fields.items():
        if model.model_fields[name].is_required() or not only_required:
            if isinstance(value, str):
                yield value
            elif value.value is not None and value.default is None:
                yield value.value
