"""Replaces the catalog's file, unless another program changed it meanwhile."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock

from ingestion.cli.checkout import Checkout
from ingestion.cli.output import exit_with_error
from ingestion.cli.terminal.output_file import open_atomic
from ingestion.errors import IngestionError

_WRITE_BITS = 0o222  # Of the owner, the group and others. `root` may write without them.


class CatalogChanged(IngestionError):
    """The file is not what was read before."""


@contextmanager
def locked_catalog(checkout: Checkout, before: bytes) -> Iterator[None]:
    """Keep other commands of this user from replacing the file, which still holds `before`.

    The command ends if the file is read-only. Raises CatalogChanged, and OSError if there is no
    file.
    """
    _require_writable(checkout)
    with checkout.catalog_file.open("rb") as locked:
        flock(locked, LOCK_EX)
        if checkout.catalog_file.read_bytes() != before:
            raise CatalogChanged("config/sources.yaml was changed meanwhile")
        yield


def _require_writable(checkout: Checkout) -> None:
    """End the command if the file is read-only. Replacing it would need only its folder."""
    file = checkout.catalog_file
    if not file.stat().st_mode & _WRITE_BITS or not os.access(file, os.W_OK):
        exit_with_error(
            "config/sources.yaml is read-only: allow yourself to write it, such as with"
            " `chmod u+w config/sources.yaml`, and try again"
        )


def replace_catalog(checkout: Checkout, text: str) -> None:
    """Replace the whole file at once. The caller holds the lock.

    The command ends if the file cannot be written.
    """
    with open_atomic(str(checkout.catalog_file)) as out:
        out.write(text)
