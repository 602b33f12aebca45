import json
from pathlib import Path

import httpx
import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.console.catalog_edit.form import Editor
from tests.integration.map_command.shop import CATALOG, order


@pytest.fixture
def catalog(checkout: Checkout) -> Path:
    """Return the catalog's file, which holds the shop with a comment above it."""
    file = checkout.catalog_file
    file.write_text(CATALOG.replace("  shop:\n", "  # Our shop.\n  shop:\n"))
    return file


@pytest.fixture
def sample(checkout: Checkout) -> Path:
    """Return a sample of the shop, without what the rules should make of it."""
    folder = checkout.samples_directory / "shop"
    folder.mkdir(parents=True)
    (folder / "order.headers.yaml").write_text("X-Tenant: north\n")
    file = folder / "order.json"
    file.write_text(json.dumps(order()))
    return file


@pytest.fixture
def editor(console: httpx.Client, catalog: Path) -> Editor:  # noqa: ARG001 - must exist
    """Return the page that edits the shop."""
    return Editor(console, "shop")
