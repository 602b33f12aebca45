"""Paths of the API that exist already are imported, because the emulator lost a response."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.tools.stack.routes import find_routes


@pytest.fixture
def apigateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("apigateway", region_name="eu-central-1")


def planned_path(api: str | None, path: str, action: str = "create") -> dict[str, Any]:
    """Return the change of a path. An API that is new has no id yet."""
    after = {"path_part": path.rpartition("/")[2]} | ({"rest_api_id": api} if api else {})
    return {
        "address": f'module.api.aws_api_gateway_resource.x["{path}"]',
        "type": "aws_api_gateway_resource",
        "index": path,
        "change": {"actions": [action], "after": after},
    }


def test_a_path_that_exists_is_imported_and_no_other(apigateway: Any) -> None:
    api = apigateway.create_rest_api(name="events")
    made = {"/": api["rootResourceId"]}
    for path in ("/a", "/a/uploads", "/b"):
        parent, _, part = path.rpartition("/")
        created = apigateway.create_resource(
            restApiId=api["id"], parentId=made[parent or "/"], pathPart=part
        )
        made[path] = created["id"]
    paths = [planned_path(api["id"], path) for path in ("a", "a/uploads", "new", "uploads")]
    known = planned_path(api["id"], "b", "no-op")
    queue = {"type": "aws_sqs_queue", "address": "q", "change": {"actions": ["create"]}}

    found = find_routes(apigateway, {"resource_changes": [*paths, known, queue]})

    assert found == {
        'module.api.aws_api_gateway_resource.x["a"]': f"{api['id']}/{made['/a']}",
        'module.api.aws_api_gateway_resource.x["a/uploads"]': f"{api['id']}/{made['/a/uploads']}",
    }


def test_a_new_api_has_no_paths(apigateway: Any) -> None:
    found = find_routes(apigateway, {"resource_changes": [planned_path(None, "a")]})

    assert found == {}


@pytest.mark.parametrize("plan", [{}, {"resource_changes": []}])
def test_a_plan_without_changes_imports_nothing(apigateway: Any, plan: dict[str, Any]) -> None:
    assert find_routes(apigateway, plan) == {}
