"""`ingest delete` deletes an entity through the API."""

import pytest

from tests.integration.cloud import Cloud
from tests.integration.commands.corrections.test_put import audited
from tests.integration.commands.gateway import Gateway
from tests.integration.conftest import Ingest, See
from tests.support.factories import contract, event

C1 = ("delete", "CONTRACT", "c-1")


@pytest.fixture(autouse=True)
def _stored(cloud: Cloud, gateway: Gateway) -> None:  # noqa: ARG001 - every test needs it
    cloud.store(event(contract("c-1"), id="7"))


def test_delete_shows_the_entity_and_waits_until_it_is_deleted(cloud: Cloud, run: Ingest) -> None:
    result = run(*C1, "--yes")

    assert result.exit_code == 0, result.output
    assert "Turbines" in result.stdout
    assert "The entity is deleted." in result.stderr
    assert "ENTITY_NAME" not in cloud.rows()["CONTRACT#c-1"]
    [line] = audited()
    assert (line["action"], line["entity_id"]) == ("delete_entity", "c-1")


def test_delete_shows_only_in_a_dry_run(run: Ingest, gateway: Gateway) -> None:
    result = run(*C1, "--dry-run")

    assert result.exit_code == 0
    assert "Turbines" in result.stdout
    assert gateway.corrections == []


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 1)])
def test_delete_asks_on_a_terminal(see: See, gateway: Gateway, typed: str, code: int) -> None:
    shown = see(*C1, typed=typed)

    assert shown.exit_code == code, shown.text
    assert "Delete CONTRACT 'c-1'?" in shown.text
    assert len(gateway.corrections) == (typed == "y\n")
