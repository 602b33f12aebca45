"""The workers that commands steer, and what these commands print and audit."""

import io
from zipfile import ZipFile

import boto3
from typer.testing import Result

from ingestion.cli.environment import Deployment
from tests.integration.conftest import AUDIT
from tests.support.factories import Json, lines


def audited() -> list[Json]:
    events = boto3.client("logs").filter_log_events(logGroupName=AUDIT)["events"]
    found: list[Json] = lines("\n".join(event["message"] for event in events))
    return found


def said(result: Result) -> str:
    return " ".join(result.stderr.split())


def map_workers(deployment: Deployment, *sources: str) -> None:
    """Make the workers of these sources, with the mappings of their queues."""
    trust = {"RoleName": "worker", "AssumeRolePolicyDocument": "{}"}
    role = boto3.client("iam").create_role(**trust)["Role"]["Arn"]
    with ZipFile(code := io.BytesIO(), "w") as archive:
        archive.writestr("worker.py", "")
    functions, sqs = boto3.client("lambda"), boto3.client("sqs")
    for source in sources:
        url, name = deployment.queue_urls[source], deployment.function_names["workers"][source]
        functions.create_function(
            FunctionName=name,
            Role=role,
            Runtime="python3.13",
            Handler="worker.handler",
            Code={"ZipFile": code.getvalue()},
        )
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        functions.create_event_source_mapping(
            FunctionName=name, EventSourceArn=arn["Attributes"]["QueueArn"]
        )
