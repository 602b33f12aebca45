"""An environment whose next plan deletes a queue, and a stand-in for Terraform."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from typer.testing import CliRunner, Result

from infra.tools.app import app

QUEUE = "ingestion-dev-sourceA.fifo"


HELD = f"queue {QUEUE} holds 1 message."


# Records its commands, and shows the plan beside it.
TERRAFORM = """#!/bin/sh
cd "$(dirname "$0")"
echo "$2" >> commands
case "$2" in show) cat plan.json;; output) echo '{}';; plan) exit "$(cat code || echo 0)";; esac
"""


@dataclass(frozen=True)
class Dev:
    """An environment whose next plan deletes a queue, and its stand-in for Terraform."""

    directory: Path
    queue_url: str

    @property
    def plan_file(self) -> Path:
        return self.directory / "plan.json"

    @property
    def commands(self) -> list[str]:
        return (self.directory / "commands").read_text().split()

    def run(self, *arguments: str) -> Result:
        """Run a command of the tools in a checkout that has this environment."""
        return CliRunner().invoke(app, arguments, obj=self.directory, catch_exceptions=False)

    def send(self) -> None:
        boto3.client("sqs", region_name="eu-central-1").send_message(
            QueueUrl=self.queue_url,
            MessageBody="{}",
            MessageGroupId="g",
            MessageDeduplicationId="d",
        )


def plan(queue_url: str, **variables: str) -> dict[str, Any]:
    known = {"environment": "dev", "region": "eu-central-1"} | variables
    change = {"actions": ["delete"], "before": {"id": queue_url}, "after": None}
    queue = {"address": "aws_sqs_queue.this", "mode": "managed", "type": "aws_sqs_queue"}
    return {
        "variables": {name: {"value": value} for name, value in known.items()},
        "resource_changes": [queue | {"change": change}],
        "applyable": True,
    }


def breaking_plan(queue_url: str) -> dict[str, Any]:
    """Return a plan that removes a field of an entity whose rows the environment stores."""
    kept = {"entity": "PUMP", "breaking": [], "fields": {}}
    lost = {"size": {"required": False, "types": [{"type": "string"}]}}
    contents = [json.dumps({"PUMP": record}) for record in (kept | {"fields": lost}, kept)]
    before, after = ({"bucket": "b", "key": "k", "content": text} for text in contents)
    schemas = {
        "address": "module.schemas.aws_s3_object.this",
        "type": "aws_s3_object",
        "change": {"actions": ["update"], "before": before, "after": after},
    }
    document = plan(queue_url)
    document["resource_changes"].append(schemas)
    return document
