"""The page about `ingest source check` shows what the command prints, and names each key."""

import json
import re
from collections.abc import Callable, Iterator
from typing import get_args

import pytest

from infra.tools.paths import ROOT
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_group_of
from ingestion.cli.sources.check.catalog_entry import State
from ingestion.cli.sources.check.gateway_refusals import access_log_of
from tests.integration.cloud import Cloud
from tests.integration.commands.output import document
from tests.integration.conftest import Ingest
from tests.integration.signing import PREFIX, StoredSecret
from tests.integration.status.measured import platform, put_metric
from tests.integration.status.source_check.conftest import Deploy
from tests.integration.status.source_check.lines import accepted_line, access_line
from tests.integration.status.test_findings import log_lines, send
from tests.support.documents import examples
from tests.support.factories import Json, catalog_document, contract, event, milestone
from tests.support.terraform.planned import Plan

pytestmark = pytest.mark.usefixtures("mapped")

PAGE = ROOT / "docs" / "source-check.md"
CODE = ROOT / "ingestion" / "cli" / "sources" / "check"
ID = "payload.order.number"
ENTRY: Json = {
    "path": "shop",
    "entities": ["CONTRACT", "MILESTONE"],
    "auth": "hmac",
    "on_invalid": "quarantine",
    "map": [
        {
            "entity": "CONTRACT",
            "id": ID,
            "time": "payload.order.changed",
            "fields": {
                "contract_name": "payload.order.title",
                "contract_type": {"const": "goods"},
                "contract_status": "payload.order.state",
            },
        },
        {
            "entity": "MILESTONE",
            "each": "payload.order.deliveries",
            "id": [ID, "item.id"],
            "time": "payload.order.changed",
            "fields": {"contract_id": {"id": ID}, "description": "item.text"},
        },
    ],
}
ORDER: Json = {
    "number": 7,
    "changed": "2026-01-31T12:00:00Z",
    "title": "Turbines",
    "state": "active",
    "colour": "red",
    "deliveries": [{"id": "m-1", "text": "Tower"}],
}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def deployed(
    checkout: Checkout, deploy: Deploy, run: Ingest, write_catalog: Callable[..., None]
) -> None:
    """Deploy the source of the page, as sourceB, to dev: with a secret and with three samples."""
    local = checkout.outputs_file("local")
    outputs = json.loads(local.read_text()) | {
        "api_url": "https://api.example.com/dev",
        "webhook_secret_names": {"sourceB": f"{PREFIX}sourceB"},
    }
    local.write_text(json.dumps(outputs))
    dev = checkout.outputs_file("dev")
    dev.parent.mkdir()
    dev.write_text(json.dumps(outputs))
    StoredSecret(f"{PREFIX}sourceB")
    deploy(sourceB=ENTRY)
    write_catalog(sourceB=ENTRY)
    folder = checkout.samples_directory / "sourceB"
    folder.mkdir(parents=True)
    bare = {key: value for key, value in ORDER.items() if key != "deliveries"}
    for name, found in {"first": ORDER, "second": ORDER | {"number": 8}, "bare": bare}.items():
        (folder / f"{name}.json").write_text(json.dumps({"order": found}))
    assert run("map", "--record", "--source", "sourceB").exit_code == 0


@pytest.fixture
def _sent(cloud: Cloud, planned: Plan, deployment: Deployment) -> None:
    """Let the sender post what is stored, refused and quarantined."""
    ours = platform(planned)
    for metric, count in (("Accepted", 41), ("Stored", 39), ("Superseded", 2)):
        put_metric(ours, f"Event{metric}", "sourceB", count, minutes_ago=60)
    for reason in ("", "unmatched"):
        put_metric(ours, "RequestQuarantined", "sourceB", 1, minutes_ago=60, reason=reason)
    refusal = json.dumps({"message": "request_refused", "source": "sourceB", "refused": 401})
    api = log_group_of(deployment.function_names["api"])
    log_lines(api, refusal, refusal, accepted_line("QcFXFHVsDoEEFcQ=", count=2), minutes_ago=60)
    log_lines(access_log_of(deployment), access_line(202, integration_state="200"))
    delivery = event(milestone("7/m-1"), entity_name="MILESTONE", id="4711-2")
    catalog = catalog_document()
    catalog["sources"]["sourceB"] = ENTRY
    cloud.write_catalog(catalog)
    cloud.store(event(contract("7"), id="4711-1"), delivery)
    send(cloud, deployment.dead_letter_queue_urls["sourceB"])


@pytest.mark.usefixtures("deployed", "_sent")
def test_the_page_shows_what_the_command_prints(run: Ingest) -> None:
    [_, (_, shown)] = examples(PAGE, "")

    printed = run("source", "check", "sourceB", "--env", "dev")

    assert printed.exit_code == 4
    assert without_times(printed.stdout.replace("sourceB", "shop")) == without_times(shown)


@pytest.mark.usefixtures("deployed", "_sent")
def test_the_page_names_each_key_that_the_command_prints_and_no_other(run: Ingest) -> None:
    shown = document(run("source", "check", "sourceB", "-o", "json"))

    keys = {key for key in keys_of(shown) if not key.isdigit() and key != "unmatched"}
    values = {*get_args(State), "request", "upload"}
    only_with_iam = {"principals"}
    assert words_of_section("As JSON") - values - {"null"} == keys | only_with_iam


def test_the_page_names_no_problem_that_the_command_does_not_find() -> None:
    code = "".join(file.read_text() for file in CODE.glob("*.py"))
    rows = re.findall(r"^\| .*? \| .*? \| (.*) \|$", PAGE.read_text(), re.MULTILINE)

    named = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)} - {"problem"}

    assert len(named) > 10
    assert {name for name in named if f'"{name}"' not in code} == set()


def without_times(text: str) -> str:
    return _TIME.sub("TIME", text)


def words_of_section(heading: str) -> set[str]:
    section = PAGE.read_text().partition(f"## {heading}")[2].partition("\n## ")[0]
    return {*re.findall(r"`(\w+)`", section)}


def keys_of(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from keys_of(inner)
    if isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)
