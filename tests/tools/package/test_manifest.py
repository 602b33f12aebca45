"""The manifest describes a package, its sources and its entities to Terraform."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import entities
from infra.tools.build import manifest
from infra.tools.build.target import aws_target
from infra.tools.paths import CATALOG, INFRA
from ingestion.catalog import Catalog, Source
from ingestion.cli.environment import load_catalog


def written(directory: Path) -> dict[str, Any]:
    target = replace(aws_target(), directory=directory)
    target.zip_file.write_bytes(b"zip")
    target.zip_of("search").write_bytes(b"larger")
    manifest.write(target, load_catalog(), {"functions": "a", "search": "b"})
    found: dict[str, Any] = json.loads((directory / "functions-aws-arm64.json").read_text())
    return found


def test_a_manifest_names_its_zips_its_target_and_its_catalog(tmp_path: Path) -> None:
    found = written(tmp_path)

    assert found["packages"] == {
        "functions": {
            "file": "functions-aws-arm64.zip",
            "sha256": sha256(b"zip").hexdigest(),
            "inputs": "a",
        },
        "search": {
            "file": "search-aws-arm64.zip",
            "sha256": sha256(b"larger").hexdigest(),
            "inputs": "b",
        },
    }
    assert found["runtime"] == "python3.13"
    assert found["architecture"] == "arm64"
    assert found["catalog_sha256"] == sha256(CATALOG.read_bytes()).hexdigest()


def test_a_manifest_holds_every_source_with_its_defaults(tmp_path: Path) -> None:
    sources = written(tmp_path)["sources"]

    assert Catalog.model_validate({"sources": sources}) == load_catalog()
    assert all(source.keys() == Source.model_fields.keys() for source in sources.values())
    assert sources["sourceA"]["rate_per_second"] == 50
    assert sources["sourceA"]["burst"] == 100
    assert sources["sourceA"]["expect_every_minutes"] is None


def test_a_manifest_holds_the_entities_and_the_operator(tmp_path: Path) -> None:
    found = written(tmp_path)

    assert found["entities"] == list(entities.models())
    assert found["reference_fields"] == entities.reference_fields()
    assert found["operator"] == "operator"


@pytest.mark.parametrize("name", ["package", "package_and_one_more", "package_with_hmac"])
def test_terraforms_own_tests_have_manifests_of_the_same_keys(tmp_path: Path, name: str) -> None:
    fixture = json.loads((INFRA / "tests" / "fixtures" / f"{name}.json").read_text())

    assert fixture.keys() == written(tmp_path).keys()
    assert all(
        source.keys() == Source.model_fields.keys() for source in fixture["sources"].values()
    )
