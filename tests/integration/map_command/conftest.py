"""A checkout with mapped sources and their samples, and `ingest map` in it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ingestion.cli import app
from ingestion.cli.checkout import Checkout
from tests.integration.map_command.shop import CATALOG, order
from tests.support.factories import Json

HEADERS = "X-Tenant: north\n"
Map = Callable[..., Result]
Write = Callable[[str, Any], Path]


@pytest.fixture
def mapped_checkout(tmp_path: Path) -> Checkout:
    """Return a checkout whose catalog has mapped sources, and one without rules."""
    checkout = Checkout(tmp_path)
    checkout.catalog_file.parent.mkdir()
    checkout.catalog_file.write_text(CATALOG)
    return checkout


@pytest.fixture
def ingest_map(mapped_checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Map:
    """Run `ingest map …` in the checkout. Without an environment and without AWS."""
    monkeypatch.chdir(mapped_checkout.root)
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "INGEST_URL"):
        monkeypatch.delenv(name, raising=False)
    runner = CliRunner(env={"COLUMNS": "1000"})

    def invoke(*arguments: str, stdin: str | bytes = "") -> Result:
        return runner.invoke(app.app, ["map", *arguments], input=stdin, obj=mapped_checkout)

    return invoke


@pytest.fixture
def write(mapped_checkout: Checkout) -> Write:
    """Write a file of the checkout: a text or bytes unchanged, another value as JSON."""

    def write_file(name: str, content: Any) -> Path:
        file = mapped_checkout.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_text(content if isinstance(content, str) else json.dumps(content))
        return file

    return write_file


@pytest.fixture
def sample(write: Write) -> Path:
    """Return the expected file of a sample of the shop, which is not recorded yet."""
    write("config/samples/shop/order.headers.yaml", HEADERS)
    file = write("config/samples/shop/order.json", order(deliveries=[delivery()]))
    return file.with_name("order.expected.yaml")


def delivery(**changes: Any) -> Json:
    """Return a delivery whose fields are all filled."""
    return {"id": "m-1", "text": "Tower", "title": "T", "day": "2026-02-01"} | changes
