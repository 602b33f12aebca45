"""Makes what Terraform plans on moto: topics, queues, subscriptions, tables, buckets."""

from typing import Any

from moto.backends import get_backend

from tests.support.factories import Json
from tests.support.terraform.planned import ACCOUNT_ID, REGION, Plan

# By the name that SQS has for it; mocks make up what the plan does not set.
_QUEUE = {
    "MessageRetentionPeriod": "message_retention_seconds",
    "VisibilityTimeout": "visibility_timeout_seconds",
}
_FIFO_QUEUE = {
    "FifoQueue": "fifo_queue",
    "DeduplicationScope": "deduplication_scope",
    "FifoThroughputLimit": "fifo_throughput_limit",
}
_FIFO_TOPIC = {
    "FifoTopic": "fifo_topic",
    "ContentBasedDeduplication": "content_based_deduplication",
    "FifoThroughputScope": "fifo_throughput_scope",
}
_SUBSCRIPTION = {
    "FilterPolicyScope": "filter_policy_scope",  # Moto reads a policy by its scope.
    "FilterPolicy": "filter_policy",
    "RawMessageDelivery": "raw_message_delivery",
    "RedrivePolicy": "redrive_policy",
}


def make_messaging(plan: Plan) -> None:
    """Make the topics, the queues with their redrive, and the subscriptions with their filters.

    Moto makes them without requests, which would take most of the time of a short test.
    """
    sns, sqs = _backend("sns"), _backend("sqs")
    for topic in (resource.values for resource in plan.of_type("aws_sns_topic")):
        sns.create_topic(topic["name"], _set(topic, _FIFO_TOPIC if topic["fifo_topic"] else {}))
    queues = [resource.values for resource in plan.of_type("aws_sqs_queue")]
    for queue in sorted(queues, key=_is_redriven):  # A dead-letter queue must be there before.
        attributes = _set(queue, _QUEUE | (_FIFO_QUEUE if queue["fifo_queue"] else {}))
        if _is_redriven(queue):
            attributes["RedrivePolicy"] = queue["redrive_policy"]
        sqs.create_queue(queue["name"], **attributes)
    for subscription in (
        resource.values for resource in plan.of_type("aws_sns_topic_subscription")
    ):
        to = (subscription[name] for name in ("topic_arn", "endpoint", "protocol"))
        arn = sns.subscribe(*to).arn
        for name, value in _set(subscription, _SUBSCRIPTION).items():
            sns.set_subscription_attributes(arn, name, value)


def _backend(service: Any) -> Any:
    return get_backend(service)[ACCOUNT_ID][REGION]


def make_tables(plan: Plan) -> None:
    """Make the tables with their indexes and streams, without requests. Tests may delete them."""
    for table in (resource.values for resource in plan.of_type("aws_dynamodb_table")):
        stream = {"StreamEnabled": True, "StreamViewType": table["stream_view_type"]}
        _backend("dynamodb").create_table(
            table["name"],
            schema=_keys(table),
            attr=[
                {"AttributeName": attribute["name"], "AttributeType": attribute["type"]}
                for attribute in table["attribute"]
            ],
            global_indexes=[_index(index) for index in table["global_secondary_index"]],
            streams=stream if table["stream_enabled"] else None,
            billing_mode=table["billing_mode"],
            indexes=[],
            tags=[],
            throughput=None,
            sse_specification=None,
            deletion_protection_enabled=False,
            warm_throughput=None,
        )


def make_buckets(plan: Plan, s3: Any) -> None:
    """Make the buckets, with versions where they are planned."""
    place = {"LocationConstraint": s3.meta.region_name}
    for bucket in plan.of_type("aws_s3_bucket"):
        s3.create_bucket(Bucket=bucket.values["bucket"], CreateBucketConfiguration=place)
    for versioning in (resource.values for resource in plan.of_type("aws_s3_bucket_versioning")):
        [configuration] = versioning["versioning_configuration"]
        s3.put_bucket_versioning(
            Bucket=versioning["bucket"],
            VersioningConfiguration={"Status": configuration["status"]},
        )


def _set(values: Json, names: dict[str, str]) -> dict[str, str]:
    """The attributes that are set, in AWS's spelling."""
    found = {theirs: values[ours] for theirs, ours in names.items()}
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in found.items()
        if value is not None
    }


def _is_redriven(queue: Json) -> bool:
    return str(queue["redrive_policy"]).startswith("{")


def _index(index: Json) -> Json:
    return {
        "IndexName": index["name"],
        "KeySchema": _keys(index),
        "Projection": {"ProjectionType": index["projection_type"]},
    }


def _keys(values: Json) -> list[Json]:
    found = {"HASH": values["hash_key"], "RANGE": values["range_key"]}
    return [{"AttributeName": name, "KeyType": kind} for kind, name in found.items() if name]
