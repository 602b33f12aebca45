"""The plans of a first deploy of this repository's environments."""

import re
import stat
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from infra.tools.prices.fixed_units import resources_of
from infra.tools.prices.price_list import load_prices
from infra.tools.prices.report import print_costs
from infra.tools.stack.preview import open_preview
from ingestion.catalog import OPERATOR, READER
from ingestion.cli.environment import load_catalog

# The emulator outlives the object that started it.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")

# Types whose names are shared by all regions of an account.
GLOBAL = ("aws_iam_", "aws_cloudwatch_dashboard", "aws_cloudfront_", "aws_route53_")
NAMES = ("name", "function_name", "dashboard_name", "alarm_name")
# Types that are named within another resource.
PARTS = (*("aws_iam_role_policy", "aws_api_gateway_stage", "aws_api_gateway_method_settings"),)


@dataclass(frozen=True)
class Planned:
    """A first deploy's plan: Terraform's output, and the resources by address."""

    said: str
    resources: dict[str, dict[str, Any]]
    mode: int
    costs: str

    def names(self, *types: str) -> set[tuple[str, str, str]]:
        """Return type, attribute and value of every chosen name (default: of all types)."""
        return {
            (resource["type"], attribute, value)
            for resource in self.resources.values()
            if resource["type"].startswith(types or "") and resource["type"] not in PARTS
            for attribute, value in resource["change"]["after"].items()
            if attribute in NAMES and value
        }


def planned(environment: str, log: Path) -> Planned:
    with open_preview(environment) as stack, stack.saved_plan("-no-color", log=log) as (file, plan):
        changes = plan["resource_changes"]
        mode = stat.S_IMODE(file.parent.stat().st_mode)
    resources = {change["address"]: change for change in changes if change["mode"] == "managed"}
    with redirect_stdout(StringIO()) as costs:
        print_costs(resources_of(plan), load_catalog(), load_prices())
    return Planned(log.read_text(), resources, mode, costs.getvalue())


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Planned]:
    log = tmp_path_factory.mktemp("plans") / "log"
    return {name: planned(name, log) for name in ("prod", "dev")}


@pytest.mark.parametrize("environment", ["prod", "dev"])
def test_a_preview_needs_no_account_and_has_no_warning(
    plans: dict[str, Planned], environment: str
) -> None:
    plan = plans[environment]

    assert "0 to change, 0 to destroy." in plan.said
    assert "Warning" not in plan.said
    assert "deprecated" not in plan.said


@pytest.mark.parametrize("environment", ["prod", "dev"])
def test_every_source_has_its_resources(plans: dict[str, Planned], environment: str) -> None:
    resources = plans[environment].resources

    for source in [*load_catalog().sources, OPERATOR]:
        module = f'module.source["{source}"].'
        assert {
            f"{module}aws_sqs_queue.this",
            f"{module}aws_sqs_queue.dlq",
            f"{module}aws_sns_topic_subscription.this",
            f"{module}aws_lambda_event_source_mapping.this",
            f"{module}module.worker.aws_lambda_function.this",
            f"{module}module.worker.aws_iam_role.this",
            f"{module}module.worker.aws_iam_role_policy.this",
            f"{module}module.worker.aws_cloudwatch_log_group.this",
        } <= resources.keys()
    keys = {
        f'module.api.aws_api_gateway_api_key.this["{name}"]'
        for name in [*load_catalog().senders, READER]
    }
    assert keys <= resources.keys()


def test_prod_protects_its_data_from_deletion(plans: dict[str, Planned]) -> None:
    resources = plans["prod"].resources

    table = resources["module.store.aws_dynamodb_table.this"]["change"]["after"]
    drop = resources["module.files.aws_s3_bucket.this"]["change"]["after"]

    assert table["deletion_protection_enabled"] is True
    assert drop["force_destroy"] is False


@pytest.mark.parametrize("environment", ["prod", "dev"])
def test_the_costs_of_a_real_plan_are_printed(plans: dict[str, Planned], environment: str) -> None:
    plan = plans[environment]

    assert f"{len(plan.resources)} resources." in plan.costs
    fixed, further, *events = re.findall(r"^ +total +([\d.]+)", plan.costs, re.MULTILINE)
    assert 5 < float(fixed) < 30
    assert 2 < float(further) <= 2.60
    assert [0 < float(dollars) < 30 for dollars in events] == [True, True]


def test_two_environments_of_a_region_share_no_name(plans: dict[str, Planned]) -> None:
    dev, prod = plans["dev"].names(), plans["prod"].names()

    assert len(dev) > 50
    assert dev & prod == set()


def test_names_of_global_resources_end_with_their_region(plans: dict[str, Planned]) -> None:
    names = plans["dev"].names(*GLOBAL)

    assert {kind for kind, _, _ in names} >= {"aws_iam_role"}
    assert [name for _, _, name in names if not name.endswith("-eu-central-1")] == []


@pytest.mark.parametrize("environment", ["prod", "dev"])
def test_names_of_buckets_get_a_unique_ending(plans: dict[str, Planned], environment: str) -> None:
    buckets = [
        resource
        for resource in plans[environment].resources.values()
        if resource["type"] == "aws_s3_bucket"
    ]

    assert len(buckets) >= 2
    for bucket in buckets:
        assert bucket["change"]["after_unknown"]["bucket"] is True
        assert bucket["change"]["after"]["bucket_prefix"].startswith(f"ingestion-{environment}-")


def test_only_the_user_can_read_a_saved_plan(plans: dict[str, Planned]) -> None:
    assert {plan.mode for plan in plans.values()} == {0o700}
