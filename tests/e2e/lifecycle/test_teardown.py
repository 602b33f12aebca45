"""Destroys the applied platform. The file's name makes pytest run this test last."""

from typing import Any

from tests.e2e.conftest import Checkout


def test_destroy_leaves_only_the_state_buckets(checkout: Checkout) -> None:
    deployment = checkout.deployment

    checkout.stack("destroy", "local", "--yes", "--force")

    left: dict[str, list[Any]] = {
        "tables": deployment.client("dynamodb").list_tables()["TableNames"],
        "queues": deployment.client("sqs").list_queues().get("QueueUrls", []),
        "topics": deployment.client("sns").list_topics()["Topics"],
        "functions": deployment.client("lambda").list_functions()["Functions"],
        "mappings": deployment.client("lambda").list_event_source_mappings()["EventSourceMappings"],
        "apis": deployment.client("apigateway").get_rest_apis()["items"],
        "keys": deployment.client("apigateway").get_api_keys()["items"],
        "plans": deployment.client("apigateway").get_usage_plans()["items"],
        "roles": deployment.client("iam").list_roles()["Roles"],
        "log groups": deployment.client("logs").describe_log_groups()["logGroups"],
        "buckets": [b["Name"] for b in deployment.client("s3").list_buckets()["Buckets"]],
    }
    buckets = left.pop("buckets")
    assert left == {kind: [] for kind in left}
    assert [name for name in buckets if not name.endswith("-tfstate")] == []
    assert "ingestion-local-tfstate" in buckets
