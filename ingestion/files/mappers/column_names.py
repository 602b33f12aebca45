"""Names the columns of a header in the reason why a table is refused."""

from collections import Counter
from collections.abc import Callable, Collection
from itertools import islice

import entities
from entities.faults import closest_name
from ingestion.catalog import Source
from ingestion.errors import MAX_FAULTS, MAX_FIELD_CHARACTERS, RefusedFile

Quote = Callable[[list[str]], str]


def quoting(source: Source, header: list[str], known: Collection[str]) -> Quote:
    """Return how to name columns: by position if the header may be a row of persons."""
    models = entities.models()
    is_personal = any(models[name].personal_fields() for name in source.entities)

    def describe(name: str) -> str:
        if is_personal and name not in known:
            return f"column {header.index(name) + 1}"
        shown = name[:MAX_FIELD_CHARACTERS]
        close = None if name in known else closest_name(shown, known)
        return f"{shown!r} (did you mean {close!r}?)" if close else repr(shown)

    return lambda names: first_of(names, describe)


def check_unique(counts: Counter[str], quote: Quote) -> None:
    """Refuse a table with more than one column of a name. Raises RefusedFile."""
    if repeated := [name for name, count in counts.items() if count > 1]:
        raise RefusedFile("duplicate_column", f"more than one column for {quote(repeated)}")


def first_of(names: Collection[str], describe: Callable[[str], str]) -> str:
    """Describe the first MAX_FAULTS names, and count the rest."""
    rest = f" and {len(names) - MAX_FAULTS} more" if len(names) > MAX_FAULTS else ""
    return ", ".join(map(describe, islice(names, MAX_FAULTS))) + rest
