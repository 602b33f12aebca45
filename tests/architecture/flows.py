"""Reads from a plan which parts the platform has, and what flows from which to which."""

import json
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from infra.tools.paths import INFRA
from tests.support.terraform.planned import Plan

SERVICES = {
    "aws_api_gateway_rest_api": "API Gateway",
    "aws_dynamodb_table": "DynamoDB",
    "aws_lambda_function": "Lambda",
    "aws_s3_bucket": "S3",
    "aws_sns_topic": "SNS",
    "aws_sqs_queue": "SQS",
}
# Outside of the platform.
SOURCES, READERS, ENDPOINT = "sources", "readers", "endpoint"
Kind = Literal["event", "read", "dead"]


class Part(NamedTuple):
    """A part of the platform: what it is on AWS, and of what there is one for each."""

    service: str
    per: str = ""


class Arrow(NamedTuple):
    """A flow between two parts: events and data, what readers get, or dead letters."""

    start: str
    end: str
    kind: Kind = "event"


def modules() -> list[str]:
    """Return the modules that infra/main.tf and the files beside it use."""
    files = [INFRA / "main.tf", *sorted({*INFRA.glob("*.tf")} - {INFRA / "main.tf"})]
    text = "\n".join(file.read_text() for file in files)
    return re.findall(r'^module "(\w+)"', text, re.MULTILINE)


def parts(plan: Plan) -> dict[str, Part]:
    """Return the parts by their addresses, without the keys of sources and subscribers."""
    found = {}
    for resource in plan.resources:
        if resource.type in SERVICES:
            is_fifo = resource.values.get("fifo_queue") or resource.values.get("fifo_topic")
            service = SERVICES[resource.type] + (" FIFO" if is_fifo else "")
            repeated = re.match(r"module\.(\w+)\[", resource.address)
            found[_plain(resource.address)] = Part(service, repeated[1] if repeated else "")
    return found


def arrows(plan: Plan) -> set[Arrow]:
    """Return each flow once, however many sources and subscribers there are."""
    address = {
        value: _plain(resource.address)
        for resource in plan.resources
        for value in (resource.values.get(key) for key in ("arn", "function_name", "bucket"))
        if resource.type in SERVICES and value
    }
    found = [*_triggers(plan), *_deliveries(plan), *_calls(plan)]
    named = ((address.get(start, start), address.get(end, end), kind) for start, end, kind in found)
    return {Arrow(*arrow) for arrow in named} | set(_outside(plan))


def _plain(address: str) -> str:
    return re.sub(r"\[[^]]*\]|module\.", "", address)


def _triggers(plan: Plan) -> Iterator[tuple[str, str, Kind]]:
    """Yield what calls a function, and where its failed calls go."""
    for resource in (found.values for found in plan.of_type("aws_lambda_permission")):
        if resource["principal"].startswith("apigateway") and resource["source_arn"].rpartition(
            "/*/"
        )[2] in ("entities/*", "search"):
            yield resource["function_name"], "api.aws_api_gateway_rest_api.this", "read"
        elif resource["principal"].startswith("apigateway"):
            yield "api.aws_api_gateway_rest_api.this", resource["function_name"], "event"
    for resource in (found.values for found in plan.of_type("aws_s3_bucket_notification")):
        for call in resource["lambda_function"]:
            yield resource["bucket"], call["lambda_function_arn"], "event"
    for resource in (found.values for found in plan.of_type("aws_lambda_event_source_mapping")):
        yield (
            resource["event_source_arn"].partition("/stream/")[0],
            resource["function_name"],
            "event",
        )
        for failed in resource.get("destination_config") or []:
            yield resource["function_name"], failed["on_failure"][0]["destination_arn"], "dead"
    for resource in (
        found.values for found in plan.of_type("aws_lambda_function_event_invoke_config")
    ):
        failed = resource["destination_config"][0]["on_failure"][0]
        yield resource["function_name"], failed["destination"], "dead"


def _deliveries(plan: Plan) -> Iterator[tuple[str, str, Kind]]:
    """Yield what topics and queues pass on by themselves."""
    for resource in (found.values for found in plan.of_type("aws_sns_topic_subscription")):
        yield resource["topic_arn"], resource["endpoint"], "event"
        yield from _redrives(resource["topic_arn"], resource.get("redrive_policy"))
    for resource in (found.values for found in plan.of_type("aws_sqs_queue")):
        yield from _redrives(resource["arn"], resource.get("redrive_policy"))


def _redrives(start: str, policy: str | None) -> Iterator[tuple[str, str, Kind]]:
    if policy and policy.startswith("{"):  # Mocks have a word where there is no policy.
        yield start, json.loads(policy)["deadLetterTargetArn"], "dead"


def _calls(plan: Plan) -> Iterator[tuple[str, str, Kind]]:
    """Yield what functions may write and read."""
    notifying = {found.values["bucket"] for found in plan.of_type("aws_s3_bucket_notification")}
    for function, grants in plan.grants.items():
        written = {resource for action, resource in grants if action == "s3:PutObject"}
        for action, resource in grants:
            bucket = resource.partition("/")[0]
            match action:
                case "sns:Publish" | "dynamodb:PutItem":
                    yield function, resource, "event"
                case "s3:PutObject":
                    yield function, bucket, "event"
                case "dynamodb:BatchGetItem":  # With GetItem alone the API only compares times.
                    yield resource, function, "read"
                case "s3:GetObject" if resource not in written:
                    # A bucket that notifies its functions has their arrows already.
                    if bucket.rpartition(":")[2] not in notifying:
                        yield bucket, function, "read"
                case "sqs:SendMessage":
                    yield function, resource, "dead"


def _outside(plan: Plan) -> Iterator[Arrow]:
    """Yield what comes from outside and goes there."""
    routes = [method.address for method in plan.of_type("aws_api_gateway_method")]
    if any("POST " in route for route in routes):
        yield Arrow(SOURCES, "api.aws_api_gateway_rest_api.this")
    if any("ANY entities" in route for route in routes):
        yield Arrow("api.aws_api_gateway_rest_api.this", READERS, "read")
    for resource in plan.functions:
        if any(grant.resource.endswith("/uploads/*") for grant in resource.grants):
            yield Arrow(SOURCES, "files.aws_s3_bucket.this")
        if "SUBSCRIBER_URL" in resource.environment:
            yield Arrow("subscriber.delivery.function.aws_lambda_function.this", ENDPOINT)
