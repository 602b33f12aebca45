"""The estimate of how long AWS lets a plan read its resources."""

import pytest

from tests.benchmarks.plan.plan_size import LIMITS, seconds_by_service
from tests.support.terraform.planned import Plan


def test_the_seconds_follow_from_the_calls_and_the_documented_rates() -> None:
    found = seconds_by_service(
        {"aws_api_gateway_method": 30, "aws_lambda_function": 15, "aws_sqs_queue": 1_000}
    )

    assert found["API Gateway, all calls"] == pytest.approx(3)
    assert found["Lambda, all calls but GetFunction"] == pytest.approx(2)
    assert found["CloudWatch, DescribeAlarms"] == 0


def test_every_planned_type_of_a_limited_service_is_counted(planned: Plan) -> None:
    limited = ("aws_api_gateway_", "aws_lambda_", "aws_cloudwatch_metric_alarm")
    counted = {kind for limit in LIMITS for kind in limit.calls}

    types = {found.type for found in planned.resources if found.type.startswith(limited)}

    assert len(types) > 10
    assert types - counted == set()
