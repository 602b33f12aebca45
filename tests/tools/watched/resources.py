"""The resources of the plan, by the dimension of a metric that names them."""

import entities
from infra.tools.paths import ROOT
from tests.tools.watched.plan import Plan

LIMITS = ROOT / "docs" / "limits.md"
NAME = "ingestion-test"
SOURCES = ("documents", "sourceA", "sourceB", "sourceC", "sourceD")


def resources_of(plan: Plan) -> dict[str, set[str]]:
    """Return the names of existing resources, by the dimension that names them."""
    return {
        "QueueName": plan.names("aws_sqs_queue"),
        "FunctionName": plan.names("aws_lambda_function", "function_name"),
        "TopicName": plan.names("aws_sns_topic"),
        "TableName": plan.names("aws_dynamodb_table"),
        "ApiName": plan.names("aws_api_gateway_rest_api"),
        "Stage": plan.names("aws_api_gateway_stage", "stage_name"),
        "source": {*SOURCES, "operator", "search"},  # The last is that of the indexer.
        "entity": {*entities.models()},
        "Operation": {"PutItem", "GetItem", "BatchGetItem", "Query"},
        "GlobalSecondaryIndexName": {
            index["name"]
            for table in plan.all("aws_dynamodb_table")
            for index in table["global_secondary_index"]
        },
    }
