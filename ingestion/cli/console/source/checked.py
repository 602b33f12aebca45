"""Finds a source in the catalog of the checkout and in that of the environment."""

from functools import lru_cache

from ingestion.catalog import Catalog
from ingestion.cli.catalog_file import parse_catalog
from ingestion.cli.console.catalog_edit.edited_file import CATALOG, has_checkout
from ingestion.cli.environment import Deployment, load_models
from ingestion.cli.sources.check.checked_source import CheckedSource


def find_source(deployment: Deployment, name: str) -> CheckedSource:
    """Return the source. The command ends if no catalog has it. Raises BadCatalog."""
    checkout = deployment.checkout
    catalog = None
    if has_checkout(checkout):
        load_models()
        catalog = _parse(checkout.catalog_file.read_text(encoding="utf-8"))
    return CheckedSource.of(name, checkout, catalog, deployment)


@lru_cache(maxsize=2)  # A hundred sources take a third of a second.
def _parse(text: str) -> Catalog:
    return parse_catalog(text, CATALOG)
