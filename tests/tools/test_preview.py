"""The environments of this repository as a first deploy would make them."""

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.tools.stack.preview import previewed
from ingestion.catalog import OPERATOR, READER
from ingestion.cli.environment import load_catalog

# The emulator outlives the object that started it.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")

# Whose names are of all regions of an account.
GLOBAL = ("aws_iam_", "aws_cloudwatch_dashboard", "aws_cloudfront_", "aws_route53_")
NAMES = ("name", "function_name", "dashboard_name", "alarm_name")
# Part of what they belong to, and named within it.
PARTS = (*("aws_iam_role_policy", "aws_api_gateway_stage", "aws_api_gateway_method_settings"),)


@dataclass(frozen=True)
class Planned:
    """A first deploy's plan: what Terraform said, and its resources by address."""

    said: str
    resources: dict[str, dict[str, Any]]
    mode: int

    def names(self, *types: str) -> set[tuple[str, str, str]]:
        """Type, attribute and value of every name that is chosen here, of all types or some."""
        return {
            (resource["type"], attribute, value)
            for resource in self.resources.values()
            if resource["type"].startswith(types or "") and resource["type"] not in PARTS
            for attribute, value in resource["change"]["after"].items()
            if attribute in NAMES and value
        }


def planned(environment: str, log: Path) -> Planned:
    with previewed(environment) as stack, stack.planned("-no-color", log=log) as plan:
        changes = stack.shown(plan)["resource_changes"]
        mode = stat.S_IMODE(plan.parent.stat().st_mode)
    resources = {it["address"]: it for it in changes if it["mode"] == "managed"}
    return Planned(log.read_text(), resources, mode)


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Planned]:
    log = tmp_path_factory.mktemp("plans") / "log"
    return {name: planned(name, log) for name in ("prod", "dev")}


@pytest.mark.parametrize("environment", ["prod", "dev"])
def test_it_plans_without_an_account_and_without_a_warning(
    plans: dict[str, Planned], environment: str
) -> None:
    plan = plans[environment]

    assert "0 to change, 0 to destroy." in plan.said
    assert "Warning" not in plan.said
    assert "deprecated" not in plan.said


@pytest.mark.parametrize("environment", ["prod", "dev"])
def test_every_source_has_all_that_it_needs(plans: dict[str, Planned], environment: str) -> None:
    resources = plans[environment].resources

    for source in [*load_catalog().sources, OPERATOR]:
        lane = f'module.source["{source}"].'
        assert {
            f"{lane}aws_sqs_queue.this",
            f"{lane}aws_sqs_queue.dlq",
            f"{lane}aws_sns_topic_subscription.this",
            f"{lane}aws_lambda_event_source_mapping.this",
            f"{lane}module.worker.aws_lambda_function.this",
            f"{lane}module.worker.aws_iam_role.this",
            f"{lane}module.worker.aws_iam_role_policy.this",
            f"{lane}module.worker.aws_cloudwatch_log_group.this",
        } <= resources.keys()
    keys = {
        f'module.api.aws_api_gateway_api_key.this["{name}"]'
        for name in [*load_catalog().senders, READER]
    }
    assert keys <= resources.keys()


def test_prod_keeps_what_it_holds(plans: dict[str, Planned]) -> None:
    resources = plans["prod"].resources

    table = resources["module.store.aws_dynamodb_table.this"]["change"]["after"]
    drop = resources["module.files.aws_s3_bucket.this"]["change"]["after"]

    assert table["deletion_protection_enabled"] is True
    assert drop["force_destroy"] is False


def test_two_environments_of_a_region_share_no_name(plans: dict[str, Planned]) -> None:
    dev, prod = plans["dev"].names(), plans["prod"].names()

    assert len(dev) > 50
    assert dev & prod == set()


def test_names_that_are_of_all_regions_say_theirs(plans: dict[str, Planned]) -> None:
    names = plans["dev"].names(*GLOBAL)

    assert {kind for kind, _, _ in names} >= {"aws_iam_role"}
    assert [name for _, _, name in names if not name.endswith("-eu-central-1")] == []


@pytest.mark.parametrize("environment", ["prod", "dev"])
def test_buckets_names_are_made_unique(plans: dict[str, Planned], environment: str) -> None:
    buckets = [it for it in plans[environment].resources.values() if it["type"] == "aws_s3_bucket"]

    assert len(buckets) >= 2
    for bucket in buckets:
        assert bucket["change"]["after_unknown"]["bucket"] is True
        assert bucket["change"]["after"]["bucket_prefix"].startswith(f"ingestion-{environment}-")


def test_a_saved_plan_is_its_users_alone(plans: dict[str, Planned]) -> None:
    assert {plan.mode for plan in plans.values()} == {0o700}
