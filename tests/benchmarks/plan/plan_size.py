"""The resources of an environment with many sources, and how long AWS lets a plan read them."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

import typer
from rich.console import Console

from tests.support.terraform.planning import count_resources


class Limit(NamedTuple):
    """Calls a second that AWS documents for an account, and the calls by type of resource."""

    service: str
    per_second: int
    calls: Mapping[str, int]
    source: str


# The calls with which version 5.100 of the provider reads one resource. Services without a
# documented rate (SQS, SNS, IAM, DynamoDB) are left out.
LIMITS = (
    Limit(
        "API Gateway, all calls",
        10,
        dict.fromkeys(
            (
                "aws_api_gateway_api_key",
                "aws_api_gateway_deployment",
                "aws_api_gateway_gateway_response",
                "aws_api_gateway_integration",
                "aws_api_gateway_method",
                "aws_api_gateway_method_settings",
                "aws_api_gateway_resource",
                "aws_api_gateway_rest_api",
                "aws_api_gateway_rest_api_policy",
                "aws_api_gateway_stage",
                "aws_api_gateway_usage_plan",
                "aws_api_gateway_usage_plan_key",
            ),
            1,
        ),
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html",
    ),
    Limit(
        "CloudWatch, DescribeAlarms",
        9,
        {"aws_cloudwatch_metric_alarm": 1, "aws_cloudwatch_composite_alarm": 1},
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html",
    ),
    Limit(
        "CloudWatch Logs, DescribeLogGroups",
        10,
        {"aws_cloudwatch_log_group": 1},
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html",
    ),
    Limit(
        "Lambda, all calls but GetFunction",
        15,
        {
            "aws_lambda_event_source_mapping": 2,
            "aws_lambda_function": 2,
            "aws_lambda_function_event_invoke_config": 1,
            "aws_lambda_function_recursion_config": 1,
            "aws_lambda_permission": 1,
        },
        "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    ),
)


def seconds_by_service(resources: Mapping[str, int]) -> dict[str, float]:
    """Return how long the calls to each service take at its documented rate, in seconds."""
    return {
        limit.service: sum(resources.get(kind, 0) * n for kind, n in limit.calls.items())
        / limit.per_second
        for limit in LIMITS
    }


def count(sources: int) -> Counter[str]:
    """Return the resources by type of an environment with this number of sources."""
    further = {
        f"source{n}": {"path": f"path{n}", "entities": ["CONTRACT"], "auth": "api_key"}
        for n in range(sources - 3)
    }
    variables: dict[str, Any] = {"worker": {"maximum_concurrency": 2}, "subscribers": {}}
    return count_resources(further, variables)


def main(
    sources: Annotated[int, typer.Option(help="Sources of the catalog.", min=3, max=98)] = 98,
) -> None:
    """Print the number of resources, and the seconds that a plan needs at least to read them."""
    resources, console = count(sources), Console()
    console.print(f"{sources} sources: {resources.total()} resources")
    for kind, number in resources.most_common(12):
        console.print(f"{number:>6} {kind}")
    for service, seconds in seconds_by_service(resources).items():
        console.print(f"{seconds:>6.0f} s at least: {service}")


if __name__ == "__main__":
    typer.run(main)
