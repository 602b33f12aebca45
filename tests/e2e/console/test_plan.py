"""The page of a source runs the real `make plan`, and shows what a deployment would change."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.tools.paths import ROOT
from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout
from tests.e2e.console.pages import text_of
from tests.e2e.console.person import Person

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


def rates_of(deployment: Deployment) -> dict[str, float]:
    """Return how many requests a second each caller may send, by the name of its usage plan."""
    plans = deployment.client("apigateway").get_usage_plans(limit=500)["items"]
    return {plan["name"]: plan["throttle"]["rateLimit"] for plan in plans}


def test_a_plan_shows_what_an_edit_changes_and_applies_nothing(
    person: Person, catalog: Path, deployment: Deployment
) -> None:
    before = rates_of(deployment)

    person.click("sourceA")
    person.click("Edit the entry")
    person.field("text").send_keys("    rate_per_second: 20\n")
    person.click("Save")
    person.click("Run make plan")

    assert person.sees("Nothing was changed: `make up` deploys the checkout to local.")
    shown = text_of(person.chrome)
    assert 'usage_plan.this["sourceA"] will be updated in-place' in shown
    assert re.search("rate_limit += 50 -> 20", shown)
    assert "rate_per_second: 20" in catalog.read_text()
    assert before["ingestion-local-sourceA"] == 50
    assert rates_of(deployment) == before
