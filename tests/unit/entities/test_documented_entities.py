"""The examples of docs/entities.md and of the README are entities, and both forms are equal."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import entities
from entities.base import Entity
from entities.declared.declaration import EntityDeclaration, FieldDeclaration, FieldType
from infra.tools.paths import ROOT
from infra.tools.schemas.record import record_of
from ingestion.catalog import Catalog
from ingestion.openapi import asyncapi, openapi
from tests.support.added_entities import added
from tests.support.documents import examples

PAGE = ROOT / "docs" / "entities.md"
[(_, YAML)] = examples(PAGE, "yaml")
[(_, PYTHON)] = examples(PAGE, "python")
[(_, REFUSAL)] = examples(PAGE, "")
SOURCE = {"path": "p", "entities": ["PUMP", "CONTRACT"], "auth": "api_key"}
README = [text for _, text in examples(ROOT / "README.md", "yaml") if "fields:" in text]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder whose files also define entities."""
    with added(tmp_path):
        yield tmp_path


def pump(folder: Path, name: str, text: str) -> type[Entity]:
    (folder / name).write_text(text)
    return entities.models()["PUMP"]


def test_both_forms_make_the_same_model(tmp_path: Path) -> None:
    models, documents = [], []
    for name, text in (("pump.yaml", YAML), ("pump.py", PYTHON)):
        with added(folder := tmp_path / name.partition(".")[2]):
            folder.mkdir()
            models.append(pump(folder, name, text))
            catalog = Catalog.model_validate({"sources": {"pumps": SOURCE}})
            documents.append((openapi.document(catalog), asyncapi.document("arn")))

    first, second = models
    assert first.model_json_schema() == second.model_json_schema()
    assert record_of(first) == record_of(second)
    assert "Moves a liquid." in str(documents)
    assert documents[0] == documents[1]


def test_the_example_of_the_readme_is_an_entity(folder: Path) -> None:
    [text] = README

    model = pump(folder, "pump.yaml", text)

    assert model.references() == {"contract_id": "CONTRACT"}


def test_the_message_that_the_page_shows_is_the_one_of_the_mistake(folder: Path) -> None:
    with pytest.raises(entities.InvalidEntity) as refused:
        pump(folder, "pump.yaml", YAML.replace("owner: {type: text", "owner: {type: txt"))

    assert str(refused.value) == REFUSAL.strip()


def test_the_page_describes_every_type_and_every_key() -> None:
    text = PAGE.read_text()
    keys = {*EntityDeclaration.model_fields, *FieldDeclaration.model_fields}

    described = set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE))

    assert described == set(get_args(FieldType))
    assert all(f"{key}: " in text or f"{key}:\n" in text for key in keys)


def test_the_schema_for_editors_that_the_example_names_exists() -> None:
    [name] = re.findall(r"^# yaml-language-server: \$schema=(\S+)$", YAML, re.MULTILINE)

    assert (ROOT / "entities" / name).resolve().is_relative_to(ROOT / "config")
    assert (ROOT / "entities" / name).is_file()
