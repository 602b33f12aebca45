"""The state and the local files hold secrets only where they are protected."""

import stat
from collections.abc import Iterator
from typing import Any

from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout
from tests.e2e.lifecycle.leaks import files, leaks, secrets, terraform_state
from tests.support.factories import Json


def places(
    value: Any, canaries: list[str], path: tuple[Any, ...] = ()
) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each string in a document that holds a canary."""
    if isinstance(value, str):
        if leaks(value, canaries):
            yield path
    elif isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, member in items:
            yield from places(member, canaries, (*path, name))


def hidden(attributes: list[list[Json]]) -> set[tuple[Any, ...]]:
    """Return the attributes of a resource that Terraform never prints."""
    return {
        tuple(step["value"]["value"] if step["type"] == "index" else step["value"] for step in path)
        for path in attributes
    }


def test_the_state_holds_secrets_only_where_terraform_hides_them(
    checkout: Checkout, deployment: Deployment
) -> None:
    state = terraform_state(deployment)
    canaries = secrets(checkout)

    instances = [
        (resource["type"], place, hidden(instance["sensitive_attributes"]))
        for resource in state["resources"]
        for instance in resource["instances"]
        for place in places(instance["attributes"], canaries)
    ]

    assert {kind for kind, _, _ in instances} == {
        "aws_api_gateway_api_key",
        "aws_lambda_function",
        "aws_api_gateway_usage_plan_key",  # Terraform does not hide this one: see deploy/relay.py.
    }
    shown = {(kind, place) for kind, place, paths in instances if place not in paths}
    assert shown == {("aws_api_gateway_usage_plan_key", ("value",))}
    outputs = {
        name: output for name, output in state["outputs"].items() if not output.get("sensitive")
    }
    assert list(places(outputs, canaries)) == []


def test_only_the_owner_can_read_files_that_hold_secrets(checkout: Checkout) -> None:
    canaries = secrets(checkout)
    holding = {str(place) for place, text in files(checkout) if leaks(text, canaries)}

    assert stat.S_IMODE(checkout.state.stat().st_mode) == 0o700
    assert holding >= {"outputs.json", "api_keys.json"}
    for name in ("outputs.json", "api_keys.json"):
        assert stat.S_IMODE((checkout.state / name).stat().st_mode) == 0o600
    assert "apply.log" not in holding
