"""`ingest source new` takes no name that is in use, and overwrites no file."""

import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.new_source.conftest import Ingest, Write, refuse

SAMPLE = {"id": "c-1", "name": "Turbines"}
SHOP = """\
from typing import ClassVar

from entities.base import Entity, EntityId


class Shop(Entity):
    entity_name: ClassVar[str] = "SHOP"

    shop_id: EntityId
"""


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sourcea", "the name sourceA is taken: choose another name, or edit the source"),
        ("operator", "the name operator is taken: choose another name, or edit the source"),
        ("a", "the path a is used by sourceA: pass --path with another one"),
        ("docs", "the path docs is used by the platform: pass --path with another one"),
        (
            "no name",
            "'no name': a source's name holds only A-Z, a-z, 0-9, - and _, begins with one of A-Z"
            " or a-z, and has at most 24 characters",
        ),
        (
            "contract",
            "the entity CONTRACT exists: pass --entity CONTRACT to send it, or --entity with the"
            " name of a new one",
        ),
        ("values", "entities/values.py exists: pass --entity with another name"),
        ("declared", "entities/declared/ exists: pass --entity with another name"),
    ],
)
def test_a_name_that_is_taken_is_refused(
    ingest: Ingest, checkout: Checkout, write: Write, name: str, message: str
) -> None:
    write("sample.json", SAMPLE)

    assert refuse(ingest, checkout, name, "--sample", "sample.json") == message


def test_a_name_that_the_catalog_refuses_is_refused(
    ingest: Ingest, checkout: Checkout, write: Write
) -> None:
    write("sample.json", SAMPLE)

    message = refuse(ingest, checkout, "x-dlq", "--sample", "sample.json")

    assert "source name 'x-dlq' cannot be used" in message


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        (
            "config/samples/shop/order.json",
            "{}",
            "config/samples/shop exists: delete or rename the folder, or choose another name",
        ),
        ("entities/shop.py", SHOP, "the entity SHOP exists: pass --entity SHOP to send it"),
        (
            "config/schemas/SHOP.json",
            "{}",
            "config/schemas/SHOP.json exists: pass --entity with another name",
        ),
    ],
)
def test_a_file_that_exists_is_never_overwritten(
    ingest: Ingest, checkout: Checkout, write: Write, file: str, content: str, message: str
) -> None:
    write("sample.json", SAMPLE)
    write(file, content)

    assert refuse(ingest, checkout, "shop", "--sample", "sample.json").startswith(message)
