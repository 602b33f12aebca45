"""The error of an index that cannot be read, and what finds it."""

from collections.abc import Iterator
from contextlib import contextmanager

from ingestion.errors import TransientFailure


class IndexDamaged(TransientFailure):
    """A file of the index is missing or damaged. A rebuild replaces it."""

    def __init__(self) -> None:
        super().__init__("IndexDamaged")


@contextmanager
def finding_damage() -> Iterator[None]:
    """Raise IndexDamaged if tantivy cannot read a file."""
    try:
        yield
    except ValueError as error:
        raise IndexDamaged from error
    except BaseException as error:  # The class of a panic in Rust cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise IndexDamaged from error
