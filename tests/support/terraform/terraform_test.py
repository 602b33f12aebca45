"""Reads the plan of `terraform test`, without AWS."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from infra.tools.deploy import terraform


class Resource(NamedTuple):
    """A planned resource and its values."""

    address: str
    type: str
    values: dict[str, Any]


class Planned(NamedTuple):
    """All planned resources, and the outputs by name."""

    resources: list[Resource]
    outputs: dict[str, Any]


def planned(directory: Path, variables: Mapping[str, str], *options: str) -> Planned:
    """What the only run of the tests in an initialized `directory` plans.

    Source: https://developer.hashicorp.com/terraform/cli/commands/test.
    """
    answer = subprocess.run(
        terraform.command(directory, "test", *options, "-json", "-verbose"),
        env=terraform.environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )
    messages = [json.loads(line) for line in answer.stdout.splitlines()]
    errors = [message["diagnostic"] for message in messages if message.get("@level") == "error"]
    assert answer.returncode == 0, f"terraform test: {errors or answer.stderr}"
    [plan] = [message["test_plan"] for message in messages if message["type"] == "test_plan"]
    resources = [
        Resource(change["address"], change["type"], change["change"]["after"])
        for change in plan["resource_changes"]
    ]
    return Planned(
        resources, {name: change["after"] for name, change in plan["output_changes"].items()}
    )
