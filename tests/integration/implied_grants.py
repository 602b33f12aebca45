"""The grants for what AWS itself does in the name of a function."""

from collections.abc import Iterable

from tests.support.factories import Json
from tests.support.terraform.planned import Function, Grant, Plan, via


def implied(plan: Plan, function: Function, uses: Iterable[Grant]) -> set[Grant]:
    """Return the grants for what AWS itself does in the name of a planned function."""
    uses = set(uses)
    own = {
        *_logs(plan, function),
        *_traces(function),
        *_mappings(plan, function),
        *_destinations(plan, function),
        *_missing_objects(uses),
    }
    return own | set(_key(function, [*uses, *own]))


def _logs(plan: Plan, function: Function) -> Iterable[Grant]:
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html.

    CreateLogGroup is left out: Terraform creates the group, with a retention.
    """
    group = plan.arn_of(f"/aws/lambda/{function.name}")
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        yield Grant(action, f"{group}:*")


def _traces(function: Function) -> Iterable[Grant]:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html."""
    if function.is_traced:
        yield Grant("xray:PutTraceSegments", "*")
        yield Grant("xray:PutTelemetryRecords", "*")


# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
# https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
_READING = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "dynamodb": (
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    ),
}


def _mappings(plan: Plan, function: Function) -> Iterable[Grant]:
    for mapping in plan.of_type("aws_lambda_event_source_mapping"):
        if mapping.values["function_name"] in (function.arn, function.name):
            source: str = mapping.values["event_source_arn"]
            for action in _READING[source.split(":")[2]]:
                yield Grant(action, source)
            yield from _on_failure(mapping.values, "destination_arn")


def _missing_objects(uses: Iterable[Grant]) -> Iterable[Grant]:
    """Yield what makes S3 answer 404, not 403, for a missing object.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html.
    """
    for action, resource in uses:
        if action == "s3:GetObject":
            yield Grant("s3:ListBucket", resource.partition("/")[0])


def _destinations(plan: Plan, function: Function) -> Iterable[Grant]:
    for config in plan.of_type("aws_lambda_function_event_invoke_config"):
        if config.values["function_name"] in (function.arn, function.name):
            yield from _on_failure(config.values, "destination")


def _on_failure(values: Json, name: str) -> Iterable[Grant]:
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html."""
    for config in values["destination_config"]:
        for failed in config["on_failure"]:
            yield Grant("sqs:SendMessage", failed[name])


# Writes need a data key, and reads are decrypted. The environment is encrypted as well:
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
_SEALING = ("s3:PutObject", "sns:Publish", "sqs:SendMessage")
_ENCRYPTED = ("dynamodb", "s3", "secretsmanager", "sns", "sqs")


def _key(function: Function, done: Iterable[Grant]) -> Iterable[Grant]:
    """Yield the uses of the environment's key, if it has one, by service of the function."""
    if function.key_arn is None:
        return
    yield via("lambda", "kms:Decrypt", function.key_arn)
    for action, _ in done:
        service = action.partition(":")[0]
        if service in _ENCRYPTED:
            yield via(service, "kms:Decrypt", function.key_arn)
        if action in _SEALING:
            yield via(service, "kms:GenerateDataKey", function.key_arn)
