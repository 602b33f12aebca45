"""Seconds of `ingest status` for 3 and for 98 sources, on an emulator that holds their resources.

A process starts, imports and reads, as it does for a person. The emulator answers one call after
another, so that it limits 98 sources more than AWS does.
"""

import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import boto3

from infra.tools.stack.emulator import Emulator
from ingestion.cli.checkout import Checkout
from ingestion.store.table import ID
from tests.benchmarks.figures.figure import Figure, print_figures
from tests.e2e.conftest import free_port
from tests.support.factories import Json

ROUNDS = 5
TARGETS = {3: 2, 98: 5}  # Seconds by number of sources.
LINES = 50  # In the log of each function.
REGION = "eu-central-1"
ACCOUNT = "000000000000"  # The emulator's.
ROLE = "worker"
SHARED = ("api", "query", "changes", "extractor", "inserter")
RUN = (
    "from pathlib import Path; from ingestion.cli import app, checkout;"
    " app.main(checkout.Checkout(Path.cwd()))"
)


@contextmanager
def environment(count: int) -> Iterator[Path]:
    """Yield a checkout that knows an environment of so many sources and no subscriber."""
    with TemporaryDirectory() as place:
        emulator = Emulator(Path(place) / "emulator", free_port())
        emulator.start()
        try:
            file = Checkout(Path(place)).outputs_file("local")
            file.parent.mkdir(parents=True)
            file.write_text(json.dumps(Resources(emulator).make(count)))
            yield Path(place)
        finally:
            emulator.stop()


class Resources:
    """Makes what `ingest status` reads on an emulator."""

    def __init__(self, emulator: Emulator) -> None:
        settings: Any = emulator.client_settings() | {"region_name": REGION}
        self.url = emulator.url
        self.sqs = boto3.client("sqs", **settings)
        self.logs = boto3.client("logs", **settings)
        self.functions = boto3.client("lambda", **settings)
        self.dynamodb = boto3.client("dynamodb", **settings)
        self.iam: Any = boto3.client("iam", **settings)

    def make(self, count: int) -> Json:
        """Make an environment. Return the outputs that name it."""
        self._make_role()
        self.dynamodb.create_table(
            TableName="table",
            AttributeDefinitions=[{"AttributeName": ID, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": ID, "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        shared = {name: f"p-{name}" for name in SHARED}
        for function in shared.values():
            self._make_log(function)
        sources = [f"source{number}" for number in range(count)]
        workers = {source: self._make_worker(source) for source in sources}
        maps = ("webhook_secret_names", "subscriber_queue_arns", "subscriber_secret_names")
        texts = ("api_url", "topic_arn", "bucket_name", "change_topic_arn", "audit_log_group")
        queues = ("unrouted_queue_url", "files_failures_queue_url", "change_failures_queue_url")
        return {
            **{name: {} for name in (*maps, "subscriber_dead_letter_queue_urls")},
            **dict.fromkeys(texts, "none"),
            **{name: self._make_queue(name) for name in queues},
            "table_name": "table",
            "queue_urls": {source: self._url(source) for source in sources},
            "dead_letter_queue_urls": {name: self._make_queue(f"{name}-dlq") for name in sources},
            "function_names": shared | {"workers": workers},
            "region": REGION,
            "endpoint_url": self.url,
        }

    def _make_worker(self, source: str) -> str:
        """Make the queue, the worker and the mapping of a source, with a log."""
        self._make_queue(source)
        function = f"p-{source}-worker"
        with ZipFile(code := io.BytesIO(), "w") as archive:
            archive.writestr("worker.py", "def handler(event, context): ...")
        self.functions.create_function(
            FunctionName=function,
            Role=f"arn:aws:iam::{ACCOUNT}:role/{ROLE}",
            Runtime="python3.13",
            Handler="worker.handler",
            Code={"ZipFile": code.getvalue()},
        )
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{source}.fifo"
        self.functions.create_event_source_mapping(FunctionName=function, EventSourceArn=arn)
        self._make_log(function)
        return function

    def _make_queue(self, name: str) -> str:
        self.sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})
        return self._url(name)

    def _url(self, name: str) -> str:
        return self.sqs.get_queue_url(QueueName=f"{name}.fifo")["QueueUrl"]

    def _make_role(self) -> None:
        lambda_only = {"Service": "lambda.amazonaws.com"}
        trust = policy(Action="sts:AssumeRole", Principal=lambda_only)
        self.iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust)
        everything = policy(Action="*", Resource="*")
        self.iam.put_role_policy(RoleName=ROLE, PolicyName="this", PolicyDocument=everything)

    def _make_log(self, function: str) -> None:
        """Make the log of a function, with lines of metrics."""
        now_ms, group = int(time.time() * 1000), f"/aws/lambda/{function}"
        directive = {"Dimensions": [["source"]], "Metrics": [{"Name": "EventStored"}]}
        metadata = {"Timestamp": now_ms, "CloudWatchMetrics": [directive]}
        line = json.dumps({"_aws": metadata, "source": function, "EventStored": [1.0]})
        self.logs.create_log_group(logGroupName=group)
        self.logs.create_log_stream(logGroupName=group, logStreamName="call")
        events: Any = [{"timestamp": now_ms, "message": line}] * LINES
        self.logs.put_log_events(logGroupName=group, logStreamName="call", logEvents=events)


def policy(**members: Any) -> str:
    """Return a policy that allows something."""
    statement = {"Effect": "Allow", **members}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def measure(count: int) -> list[float]:
    """Return the seconds of each round."""
    with environment(count) as directory:
        return [_seconds(directory, count) for _ in range(ROUNDS)]


def _seconds(directory: Path, count: int) -> float:
    started = time.perf_counter()
    command = [sys.executable, "-c", RUN, "status"]
    shown = subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    assert f"source{count - 1} " in shown.stdout, shown.stdout
    return seconds


if __name__ == "__main__":
    print_figures(
        Figure("status", f"`ingest status`, {count} sources", "", target, measure(count), "s")
        for count, target in TARGETS.items()
    )
