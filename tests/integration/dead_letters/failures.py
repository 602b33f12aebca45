"""Failed changes, as Lambda puts them into the failure queue."""

import json

import boto3

from tests.integration.cloud import Cloud
from tests.integration.conftest import AUDIT, Ingest
from tests.support.factories import Json, contract, event

SHARD = "shardId-00000001541626099285-f35f62ef"  # Moto has only this shard.


def give_up(cloud: Cloud, batch: Json, **changed: str) -> None:
    """Send the record of a failure that Lambda sends after its last retry of the batch."""
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch["Records"]]
    failed = {
        "shardId": SHARD,
        "startSequenceNumber": numbers[0],
        "endSequenceNumber": numbers[-1],
        "batchSize": len(numbers),
        "streamArn": cloud.stream_arn,
    }
    body = {
        "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 21},
        "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": "2026-01-31T12:00:00.000Z",
        "DDBStreamBatchInfo": failed | changed,
    }
    cloud.sqs.send_message(QueueUrl=cloud.change_failures_queue_url, MessageBody=json.dumps(body))


def stored(cloud: Cloud, *contract_ids: str) -> Json:
    """Store new contracts and return their stream records."""
    cloud.work(*(event(contract(name), id=name) for name in contract_ids))
    return cloud.stream()


def listed(ingest: Ingest, source: str = "changes") -> list[Json]:
    result = ingest("list", "--source", source, "-o", "json")
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout)["letters"])


def actions() -> list[str]:
    found = boto3.client("logs").filter_log_events(logGroupName=AUDIT)["events"]
    return [json.loads(line["message"])["action"] for line in found]
