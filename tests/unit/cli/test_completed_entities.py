"""A shell completes the names and the fields of entities in YAML."""

from pathlib import Path

import pytest

from ingestion.cli.checkout import Checkout
from tests.unit.cli.completions import INGEST, run_completion

# Finds the entities of the checkout's folder `models`, too.
WITH_MODELS = f"""
import sys, entities
entities.__path__.append(sys.argv[1] + "/models")
{INGEST}"""


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.fixture
def models(checkout: Checkout) -> Path:
    """Return the folder of more entities, with a PUMP in YAML."""
    folder = checkout.root / "models"
    folder.mkdir()
    (folder / "pump.yaml").write_text("fields: {pump_id: {type: id}, size: {type: number}}")
    return folder


@pytest.mark.parametrize(
    ("words", "offered"),
    [("get P", "PUMP"), ("list PUMP --columns ", "pump_id\nsize")],
)
@pytest.mark.usefixtures("models")
def test_an_entity_in_yaml_and_its_fields_are_offered(
    checkout: Checkout, words: str, offered: str
) -> None:
    assert run_completion(WITH_MODELS, checkout, words).strip() == offered


@pytest.mark.parametrize("text", ["", "[", "fields: 7", "description: x"])
def test_a_broken_entity_in_yaml_has_no_fields_to_offer(
    checkout: Checkout, models: Path, text: str
) -> None:
    (models / "pump.yaml").write_text(text)

    assert run_completion(WITH_MODELS, checkout, "list PUMP --columns ").strip() == ""


def test_two_files_of_one_entity_offer_no_entities(checkout: Checkout, models: Path) -> None:
    (models / "pump.py").touch()

    assert run_completion(WITH_MODELS, checkout, "get P").strip() == ""
