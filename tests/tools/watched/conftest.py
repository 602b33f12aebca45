"""The plan of the whole platform, made once for all tests of this folder."""

import json
from typing import Any

import pytest

from tests.tools.watched.plan import Plan


@pytest.fixture(scope="package")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return Plan.made(tmp_path_factory.mktemp("terraform") / "data")


@pytest.fixture(scope="package")
def alarms(plan: Plan) -> list[dict[str, Any]]:
    return plan.all("aws_cloudwatch_metric_alarm")


@pytest.fixture(scope="package")
def widgets(plan: Plan) -> list[dict[str, Any]]:
    [dashboard] = plan.all("aws_cloudwatch_dashboard")
    found: list[dict[str, Any]] = json.loads(dashboard["dashboard_body"])["widgets"]
    return found
