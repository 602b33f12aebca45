"""A model that no longer fits the stored rows is applied only with a recorded reason."""

import json
from typing import Any

from ingestion.cli.environment import Deployment
from tests.e2e.commands import ingest
from tests.e2e.conftest import Checkout
from tests.e2e.platform import in_index, post
from tests.support.browser.waiting import wait_for

FIELD = "    description: str | None = None\n"
MILESTONE = {
    "entity_name": "MILESTONE",
    "body": {"milestone_id": "described", "contract_id": "c-1", "description": "stored before"},
}


def applied_schemas(deployment: Deployment) -> Any:
    """Return the schemas that the environment keeps."""
    s3 = deployment.client("s3")
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    [bucket] = [name for name in names if name.startswith("ingestion-local-20")]
    return json.loads(s3.get_object(Bucket=bucket, Key="schemas.json")["Body"].read())


def test_a_field_is_removed_only_with_a_reason_and_its_values_stay(
    checkout: Checkout, deployment: Deployment
) -> None:
    assert post(deployment, "c", MILESTONE, key="sourceC").status == 202
    wait_for(lambda: "MILESTONE#described" in in_index(deployment, "MILESTONE"))
    model = checkout.directory / "entities" / "milestone.py"
    original = model.read_text()
    model.write_text(original.replace(FIELD, ""))

    checked = checkout.stack("check", check=False)
    refused = checkout.stack("up", check=False)
    before = applied_schemas(deployment)["MILESTONE"]
    checkout.stack("schemas", "--breaking", "--reason", "nobody reads it")
    checkout.stack("up")
    after = applied_schemas(deployment)["MILESTONE"]
    exported = ingest(checkout, "export", "MILESTONE", "--format", "csv", "--show-personal")
    listed = ingest(checkout, "check", "entities", "-o", "json")

    for result in (checked, refused):
        assert result.returncode == 1
        assert "MILESTONE.description: the field was removed or renamed" in result.stderr
    assert "Nothing was applied" in refused.stderr
    assert "retried" not in refused.stderr
    assert "description" in before["fields"]
    assert "description" not in after["fields"]
    assert after["breaking"][0]["reason"] == "nobody reads it"
    assert "stored before" in exported.stdout
    assert listed.returncode == 4
    row = json.loads(listed.stdout)["refused"][0]
    assert (row["id"], row["field"]) == ("described", "description")


def test_a_plan_after_sources_were_added_and_a_field_removed_is_empty(checkout: Checkout) -> None:
    """One plan for both, because it takes 4 s of CPU: test_stack_additions.py runs before."""
    plan = checkout.stack("plan")

    assert "No changes." in plan.stdout
