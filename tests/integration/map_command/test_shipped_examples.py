"""Each example of config/examples is valid, and its samples make what is expected."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

import entities
from entities.declared.yaml_file import read_yaml
from infra.tools.app import app as tools
from infra.tools.paths import ROOT
from infra.tools.schemas.catalog_schema import NAME
from ingestion.cli import app
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import load_catalog
from tests.support.added_entities import added
from tests.support.examples import EXAMPLES, FOLDER, add_example

SCHEMA = json.loads((ROOT / NAME).read_text())
ENTITIES = sorted(FOLDER.glob("*/entities/*.yaml"))
BY_OTHERS = {"github": "The MIT License", "ocds": "CC BY 4.0"}


@pytest.fixture(params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def checkout(example: str, tmp_path: Path) -> Iterator[Checkout]:
    """Yield a checkout with the example and no other source."""
    (tmp_path / "config").mkdir()
    (tmp_path / "entities").mkdir()
    (tmp_path / "config" / "sources.yaml").write_text("sources:\n")
    with added(tmp_path / "entities"):
        add_example(example, tmp_path)
        yield Checkout(tmp_path)


def test_the_samples_make_what_is_expected(checkout: Checkout) -> None:
    result = CliRunner().invoke(app.app, ["map", "--check"], obj=checkout)

    assert result.exit_code == 0, result.output


def test_the_entry_is_a_source_with_the_name_of_the_folder(
    checkout: Checkout, example: str
) -> None:
    catalog = load_catalog(checkout)

    assert [*catalog.sources] == [example]
    assert catalog.sources[example].path == example
    files = (FOLDER / example / "entities").glob("*")
    assert {file.stem.upper() for file in files} <= {*catalog.sources[example].entities}
    document = json.loads(catalog.model_dump_json(exclude_unset=True))
    assert list(Draft202012Validator(SCHEMA).iter_errors(document)) == []


def test_its_entities_are_recorded_and_checked(checkout: Checkout) -> None:
    recorded, checked = (
        CliRunner().invoke(tools, [command], obj=checkout.root) for command in ("schemas", "check")
    )

    assert (recorded.exit_code, checked.exit_code) == (0, 0), checked.output
    files = (checkout.root / "config" / "schemas").glob("*.json")
    assert {file.stem for file in files} == {*entities.models()}


def test_its_entry_says_by_a_comment_what_an_invalid_payload_becomes(
    checkout: Checkout, example: str
) -> None:
    lines = checkout.catalog_file.read_text().splitlines()

    [place] = [n for n, line in enumerate(lines) if line.startswith("    on_invalid: ")]

    assert lines[place - 1].startswith("    # ")
    assert load_catalog(checkout).sources[example].on_invalid is not None


@pytest.mark.parametrize(("name", "licence"), BY_OTHERS.items())
def test_payloads_of_others_have_their_licence_beside_them(name: str, licence: str) -> None:
    assert licence in (FOLDER / name / "samples" / "LICENCE.md").read_text()


@pytest.mark.parametrize("file", ENTITIES, ids=lambda file: file.stem)
def test_its_entities_name_the_schema_for_editors_and_fit_it(file: Path) -> None:
    first_line, _, _ = file.read_text().partition("\n")
    name = first_line.removeprefix("# yaml-language-server: $schema=")
    schema = json.loads((ROOT / "entities" / name).read_text())

    assert name == "../config/entities.schema.json"
    assert list(Draft202012Validator(schema).iter_errors(read_yaml(file))) == []


def test_every_entity_of_an_example_belongs_to_one_example() -> None:
    names = [file.stem for file in ENTITIES]

    assert len(names) == len({*names})
