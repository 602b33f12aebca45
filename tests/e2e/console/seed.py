"""What the pages show in the tests: entities, dead letters and files, some with hostile texts."""

import json
from typing import Any, NamedTuple

from ingestion.cli.environment import Deployment
from tests.e2e.commands import ingest_here
from tests.e2e.conftest import Checkout
from tests.e2e.platform import in_index, post, publish_event
from tests.support.browser.waiting import wait_for
from tests.support.factories import contract, event

BIDI = "\N{RIGHT-TO-LEFT OVERRIDE}"
HOSTILE = f'<script>attacked=1</script><img src=x onerror="attacked=1">"\'>{BIDI}gnp.exe'
OTHER_REASON = "console-rocket"  # A dead letter of the same queue that has another reason.
HALF_BAD = (
    "contract_id,contract_name,contract_type,contract_status\n"
    "row-1,Wells,goods,active\nrow-2,Wells,lease,active\n"
)


class Seed(NamedTuple):
    """The ids of what was stored: an entity, the event of a dead letter, and an upload."""

    contract_id: str
    dead_letter: str
    upload_id: str


def publish_lease(
    deployment: Deployment, contract_id: str, name: str = "Turbines", **changes: Any
) -> None:
    """Publish an invalid contract, which the worker dead-letters."""
    body = contract(contract_id, contract_type="lease", contract_name=name)
    publish_event(deployment, event(body, id=contract_id, **changes))


def store_seed(checkout: Checkout, deployment: Deployment) -> Seed:
    """Store the data, and wait until the platform has it."""
    contract_id, dead_letter = "console/turbines", "console-lease"
    stored = contract(contract_id, contract_name=f"Windmills {HOSTILE}")
    post(deployment, "b", {"entity_name": "CONTRACT", "body": stored}, key="sourceB")
    for number in range(3):
        publish_lease(deployment, f"{dead_letter}-{number}", HOSTILE)
    publish_lease(deployment, dead_letter)
    publish_lease(deployment, OTHER_REASON, type="rocket.upsert")
    file = checkout.directory / "half-bad.csv"
    file.write_text(HALF_BAD)
    ingest_here(checkout, "upload", str(file), "--source", "sourceB", "--follow")
    wait_for(lambda: f"CONTRACT#{contract_id}" in in_index(deployment, "CONTRACT"))
    wait_for(lambda: contract_id in ingest_here(checkout, "search", "windmills").stdout)
    listing = ("dlq", "list", "--source", "sourceB", "-o", "json")
    wait_for(lambda: f'"{dead_letter}"' in ingest_here(checkout, *listing).stdout)
    wait_for(lambda: f'"{OTHER_REASON}"' in ingest_here(checkout, *listing).stdout)
    return Seed(contract_id, dead_letter, upload_of(checkout, file.name))


def upload_of(checkout: Checkout, name: str) -> str:
    """Return the id of the upload of a file."""
    listed = ingest_here(checkout, "files", "list", "--source", "sourceB", "-o", "json")
    [found] = [each for each in json.loads(listed.stdout) if each["name"] == name]
    return str(found["upload_id"])
