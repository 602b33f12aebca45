"""What a checkout knows: its catalog, refused by name where it is wrong, and its outputs."""

from pathlib import Path
from typing import Any

import pytest

from ingestion.cli.catalog_file import BadCatalog
from ingestion.cli.checkout import THIS_CHECKOUT, Checkout
from ingestion.cli.environment import Deployment, UnknownEnvironment, load_catalog


def test_the_shipped_catalog_is_sound() -> None:
    catalog = load_catalog()

    paths = {name: (source.path, source.entities) for name, source in catalog.sources.items()}
    assert paths == {
        "sourceA": ("a", ["EQUIPMENT"]),
        "sourceB": ("b", ["CONTRACT"]),
        "sourceC": ("c", ["MILESTONE"]),
        "documents": ("documents", ["DOCUMENT"]),
    }


@pytest.mark.parametrize("path", ["on", "003", "2026-01-31"])
def test_a_path_may_look_like_a_truth_value_a_number_or_a_date(tmp_path: Path, path: str) -> None:
    checkout = Checkout(tmp_path)
    checkout.catalog_file.parent.mkdir()
    text = THIS_CHECKOUT.catalog_file.read_text().replace("path: a", f"path: {path}")
    checkout.catalog_file.write_text(text)

    assert load_catalog(checkout).sources["sourceA"].path == path


def test_an_unknown_environment_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(UnknownEnvironment, match="make outputs ENV=moon"):
        Deployment.load("moon", Checkout(tmp_path))


@pytest.mark.parametrize(
    ("function_names", "function"),
    [({"deliveries": {"web": "deliver-web"}}, "deliver-web"), ({}, "dev-web")],
    ids=["named", "older outputs"],
)
def test_a_delivery_function_has_the_name_of_the_outputs_or_of_its_queue(
    function_names: dict[str, dict[str, str]], function: str
) -> None:
    outputs: dict[str, Any] = {
        "subscriber_queue_arns": {
            "web": "arn:aws:sqs:a:1:dev-web.fifo",
            "own": "arn:b",
        },
        "subscriber_secret_names": {"web": "secret"},
        "function_names": function_names,
    }

    deployment = Deployment.model_construct(**outputs)

    assert deployment.delivery_functions == {"web": function}


def test_the_catalog_is_read_again_only_after_it_changed(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    checkout.catalog_file.parent.mkdir()
    text = THIS_CHECKOUT.catalog_file.read_text()
    checkout.catalog_file.write_text(text)
    outputs: dict[str, Any] = {"checkout": checkout}
    deployment = Deployment.model_construct(**outputs)
    first, again = deployment.catalog, deployment.catalog

    checkout.catalog_file.write_text(text.replace("path: a", "path: changed"))

    assert first is again
    assert first.sources["sourceA"].path == "a"
    assert deployment.catalog.sources["sourceA"].path == "changed"


def test_a_catalog_that_became_invalid_is_refused_until_it_is_right(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    checkout.catalog_file.parent.mkdir()
    text = THIS_CHECKOUT.catalog_file.read_text()
    checkout.catalog_file.write_text(text)
    outputs: dict[str, Any] = {"checkout": checkout}
    deployment = Deployment.model_construct(**outputs)
    first = deployment.catalog

    checkout.catalog_file.write_text("sources: [")
    with pytest.raises(BadCatalog):
        _ = deployment.catalog
    checkout.catalog_file.unlink()
    with pytest.raises(BadCatalog, match="No such file"):
        _ = deployment.catalog
    checkout.catalog_file.write_text(text)

    assert deployment.catalog == first
