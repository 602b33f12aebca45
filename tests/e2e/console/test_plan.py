"""The page of a source runs the real `make plan`, and shows what a deployment would change."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.tools.paths import ROOT
from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout
from tests.e2e.console.pages import text_of
from tests.e2e.console.person import Person

ALARM = "sourceA-source-silent"
SETS_UP, PLANS = "plan: setup ", "plan: "


@pytest.fixture
def catalog(checkout: Checkout) -> Iterator[Path]:
    """Yield the catalog of a checkout in which `make plan` works. Put back what it was."""
    recipes = (ROOT / "Makefile").read_text()
    assert SETS_UP in recipes
    makefile, tools = checkout.directory / "Makefile", checkout.directory / ".venv"
    makefile.write_text(recipes.replace(SETS_UP, PLANS))  # The tools are those of this process.
    tools.symlink_to(sys.prefix)
    catalog = checkout.directory / "config" / "sources.yaml"
    before = catalog.read_text()
    yield catalog
    catalog.write_text(before)
    makefile.unlink()
    tools.unlink()


def alarms_of(deployment: Deployment) -> list[str]:
    pages = deployment.client("cloudwatch").get_paginator("describe_alarms").paginate()
    return [alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]]


def test_a_plan_shows_what_an_edit_changes_and_applies_nothing(
    person: Person, catalog: Path, deployment: Deployment
) -> None:
    before = alarms_of(deployment)

    person.click("sourceA")
    person.click("Edit the entry")
    person.field("text").send_keys("    expect_every_minutes: 30\n")
    person.click("Save")
    person.click("Run make plan")

    assert person.sees("Nothing was changed: `make up` deploys the checkout to local.")
    shown = text_of(person.chrome)
    assert f'["{ALARM}"] will be created' in shown
    assert "Plan: 1 to add, " in shown
    assert "expect_every_minutes: 30" in catalog.read_text()
    assert before
    assert sorted(alarms_of(deployment)) == sorted(before)
