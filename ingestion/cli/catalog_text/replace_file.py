"""Replaces the catalog's file, unless another program changed it meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock

from ingestion.cli.checkout import Checkout
from ingestion.cli.terminal.output_file import open_atomic
from ingestion.errors import IngestionError


class CatalogChanged(IngestionError):
    """The file is not what was read before."""


@contextmanager
def locked_catalog(checkout: Checkout, before: bytes) -> Iterator[None]:
    """Keep other commands of this user from replacing the file, which still holds `before`.

    Raises CatalogChanged, and OSError if there is no file.
    """
    with checkout.catalog_file.open("rb") as locked:
        flock(locked, LOCK_EX)
        if checkout.catalog_file.read_bytes() != before:
            raise CatalogChanged("config/sources.yaml was changed meanwhile")
        yield


def replace_catalog(checkout: Checkout, text: str) -> None:
    """Replace the whole file at once. The caller holds the lock.

    The command ends if the file cannot be written.
    """
    with open_atomic(str(checkout.catalog_file)) as out:
        out.write(text)
