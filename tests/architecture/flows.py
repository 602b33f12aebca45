"""Reads from a plan which parts the platform has, and what flows from which to which."""

import json
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from infra.tools.paths import INFRA
from tests.support.planned import Plan

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
    """Return the modules that infra/main.tf uses."""
    return re.findall(r'^module "(\w+)"', (INFRA / "main.tf").read_text(), re.MULTILINE)


def parts(plan: Plan) -> dict[str, Part]:
    """Return the parts by their addresses, without the keys of sources and subscribers."""
    found = {}
    for it in plan.resources:
        if it.type in SERVICES:
            is_fifo = it.values.get("fifo_queue") or it.values.get("fifo_topic")
            service = SERVICES[it.type] + (" FIFO" if is_fifo else "")
            repeated = re.match(r"module\.(\w+)\[", it.address)
            found[_plain(it.address)] = Part(service, repeated[1] if repeated else "")
    return found


def arrows(plan: Plan) -> set[Arrow]:
    """Return each flow once, however many sources and subscribers there are."""
    address = {
        value: _plain(it.address)
        for it in plan.resources
        for value in (it.values.get(key) for key in ("arn", "function_name", "bucket"))
        if it.type in SERVICES and value
    }
    found = [*_triggers(plan), *_deliveries(plan), *_calls(plan)]
    named = ((address.get(start, start), address.get(end, end), kind) for start, end, kind in found)
    return {Arrow(*it) for it in named} | set(_outside(plan))


def _plain(address: str) -> str:
    return re.sub(r"\[[^]]*\]|module\.", "", address)


def _triggers(plan: Plan) -> Iterator[tuple[str, str, Kind]]:
    """Yield what calls a function, and where its failed calls go."""
    for it in (found.values for found in plan.of_type("aws_lambda_permission")):
        if it["principal"].startswith("apigateway") and "/GET/entities" in it["source_arn"]:
            yield it["function_name"], "api.aws_api_gateway_rest_api.this", "read"
        elif it["principal"].startswith("apigateway"):
            yield "api.aws_api_gateway_rest_api.this", it["function_name"], "event"
    for it in (found.values for found in plan.of_type("aws_s3_bucket_notification")):
        for call in it["lambda_function"]:
            yield it["bucket"], call["lambda_function_arn"], "event"
    for it in (found.values for found in plan.of_type("aws_lambda_event_source_mapping")):
        yield it["event_source_arn"].partition("/stream/")[0], it["function_name"], "event"
        for failed in it.get("destination_config") or []:
            yield it["function_name"], failed["on_failure"][0]["destination_arn"], "dead"
    for it in (found.values for found in plan.of_type("aws_lambda_function_event_invoke_config")):
        failed = it["destination_config"][0]["on_failure"][0]
        yield it["function_name"], failed["destination"], "dead"


def _deliveries(plan: Plan) -> Iterator[tuple[str, str, Kind]]:
    """Yield what topics and queues pass on by themselves."""
    for it in (found.values for found in plan.of_type("aws_sns_topic_subscription")):
        yield it["topic_arn"], it["endpoint"], "event"
        yield from _redrives(it["topic_arn"], it.get("redrive_policy"))
    for it in (found.values for found in plan.of_type("aws_sqs_queue")):
        yield from _redrives(it["arn"], it.get("redrive_policy"))


def _redrives(start: str, policy: str | None) -> Iterator[tuple[str, str, Kind]]:
    if policy and policy.startswith("{"):  # Mocks have a word where there is no policy.
        yield start, json.loads(policy)["deadLetterTargetArn"], "dead"


def _calls(plan: Plan) -> Iterator[tuple[str, str, Kind]]:
    """Yield what functions may write and read."""
    for function, grants in plan.grants.items():
        for action, resource in grants:
            bucket = resource.partition("/")[0]
            match action:
                case "sns:Publish" | "dynamodb:PutItem":
                    yield function, resource, "event"
                case "s3:PutObject":
                    yield function, bucket, "event"
                case "dynamodb:GetItem":
                    yield resource, function, "read"
                case "sqs:SendMessage":
                    yield function, resource, "dead"


def _outside(plan: Plan) -> Iterator[Arrow]:
    """Yield what comes from outside and goes there."""
    methods = {it.values["http_method"] for it in plan.of_type("aws_api_gateway_method")}
    if "POST" in methods:
        yield Arrow(SOURCES, "api.aws_api_gateway_rest_api.this")
    if "GET" in methods:
        yield Arrow("api.aws_api_gateway_rest_api.this", READERS, "read")
    for it in plan.functions:
        if any(grant.resource.endswith("/uploads/*") for grant in it.grants):
            yield Arrow(SOURCES, "files.aws_s3_bucket.this")
        if "SUBSCRIBER_URL" in it.environment:
            yield Arrow("subscriber.delivery.function.aws_lambda_function.this", ENDPOINT)
