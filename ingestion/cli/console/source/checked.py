"""Finds a source in the catalog of the checkout and in that of the environment."""

from functools import lru_cache

from ingestion.catalog import Catalog
from ingestion.cli.catalog_file import BadCatalog, read_catalog
from ingestion.cli.checkout import FileStamp
from ingestion.cli.console.catalog_edit.edited_file import CATALOG
from ingestion.cli.environment import Deployment, load_models
from ingestion.cli.sources.check.checked_source import CheckedSource


def find_source(deployment: Deployment, name: str) -> CheckedSource:
    """Return the source. The command ends if no catalog has it. Raises BadCatalog."""
    checkout = deployment.checkout
    stamp = FileStamp.of(checkout.catalog_file)
    catalog = None
    if stamp:
        load_models()
        catalog = _read(stamp)
    return CheckedSource.of(name, checkout, catalog, deployment)


def find_deployed_source(deployment: Deployment, name: str) -> tuple[CheckedSource, str | None]:
    """Return the source, and why the checkout's catalog is invalid, if it is.

    Only the environment's catalog counts then: a file that is being edited hides no source.
    """
    try:
        return find_source(deployment, name), None
    except BadCatalog as error:
        return CheckedSource.of(name, deployment.checkout, None, deployment), str(error)


@lru_cache(maxsize=2)  # A hundred sources take a third of a second.
def _read(stamp: FileStamp) -> Catalog:
    return read_catalog(stamp.file, CATALOG)
