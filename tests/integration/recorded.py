"""What the handlers' own clients ask of AWS in the tests, and what grants that takes."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import partial
from types import FrameType
from typing import Any, NamedTuple

from botocore.model import OperationModel
from botocore.session import Session

from tests.support.factories import Json, context
from tests.support.planned import Function, Grant, Plan, via

# The command's clients have the credentials of its user.
_COMMAND = "ingestion.cli.environment"

Grants = Mapping[str, Set[Grant]]  # By the function's name.


class Need(NamedTuple):
    """An action on `told`, a resource by its name, URL or ARN, or on the `part` of it."""

    action: str
    told: str
    part: str = ""


class Call(NamedTuple):
    """What a client of `module` needed, in a worker of `source`; `settings` told of what."""

    module: str
    source: str
    settings: frozenset[str]
    need: Need


def _named(action: str, parameter: str) -> Callable[[Json], list[Need]]:
    return lambda call: [Need(action, call[parameter])]


def _object(action: str) -> Callable[[Json], list[Need]]:
    return lambda call: [Need(action, call["Bucket"], _folder(call["Key"]))]


def _folder(key: str) -> str:
    """All objects of a folder at the top: policies go no further, as the rest of a key is data."""
    return f"/{key.partition('/')[0]}/*"


def _read(call: Json) -> list[Need]:
    action = "s3:GetObjectVersion" if "VersionId" in call else "s3:GetObject"
    return [Need(action, call["Bucket"], _folder(call["Key"]))]


def _query(call: Json) -> list[Need]:
    part = f"/index/{call['IndexName']}" if "IndexName" in call else ""
    return [Need("dynamodb:Query", call["TableName"], part)]


def _batch_get(call: Json) -> list[Need]:
    return [Need("dynamodb:BatchGetItem", table) for table in call["RequestItems"]]


def _secret(call: Json) -> list[Need]:
    folder, _, name = call["SecretId"].rpartition("/")
    return [Need("secretsmanager:GetSecretValue", f"{folder}/", name)]


def _publish_batch(call: Json) -> list[Need]:
    # AWS knows sns:Publish only, the emulator asks for the call by its own name.
    return [Need(action, call["TopicArn"]) for action in ("sns:Publish", "sns:PublishBatch")]


# The actions by which AWS judges an operation:
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
_NEEDS: dict[str, Callable[[Json], list[Need]]] = {
    "DynamoDB.BatchGetItem": _batch_get,
    "DynamoDB.GetItem": _named("dynamodb:GetItem", "TableName"),
    "DynamoDB.PutItem": _named("dynamodb:PutItem", "TableName"),
    "DynamoDB.Query": _query,
    "DynamoDB.UpdateItem": _named("dynamodb:UpdateItem", "TableName"),
    "Lambda.Invoke": _named("lambda:InvokeFunction", "FunctionName"),
    "S3.GetObject": _read,
    "S3.HeadObject": _read,
    "S3.ListObjectsV2": _named("s3:ListBucket", "Bucket"),
    "S3.PutObject": _object("s3:PutObject"),
    "SNS.PublishBatch": _publish_batch,
    "Secrets Manager.GetSecretValue": _secret,
    "SQS.SendMessage": _named("sqs:SendMessage", "QueueUrl"),
}


class RecordingSession(Session):
    """Makes clients as ever, and takes down what the clients that handlers make are asked for.

    By who made the client and not by who calls: handlers call from threads.
    """

    def __init__(self, region: str) -> None:
        super().__init__()
        self.set_credentials("testing", "testing")
        self.set_config_variable("region", region)
        self.calls: set[Call] = set()

    def create_client(self, *arguments: Any, **options: Any) -> Any:
        """A client, of the first module on the stack that has a handler, or else of its maker."""
        made: Any = super().create_client(*arguments, **options)
        ours = [it for it in _on_the_stack() if it["__name__"].startswith("ingestion.")]
        if ours and ours[0]["__name__"] != _COMMAND:
            module = next((it for it in ours if "handler" in it), ours[0])["__name__"]
            made.meta.events.register("provide-client-params", partial(self._note, module))
        return made

    def _note(self, module: str, params: Json, model: OperationModel, **_: Any) -> None:
        service: Any = model.service_model
        operation = f"{service.service_id}.{model.name}"
        unknown = [Need(operation, "unknown to these tests")]
        for need in _NEEDS[operation](params) if operation in _NEEDS else unknown:
            settings = {name for name, value in os.environ.items() if value == need.told}
            self.calls.add(Call(module, os.environ["SOURCE"], frozenset(settings), need))


def _on_the_stack() -> Iterator[Json]:
    """The names of the modules that call, from the inside out."""
    frame: FrameType | None = sys._getframe(1)
    while frame:
        yield frame.f_globals
        frame = frame.f_back


def used(plan: Plan, calls: Iterable[Call]) -> Grants:
    """What each planned function needs for its calls, of the resources that it would be told of."""
    functions = plan.functions
    found: dict[str, set[Grant]] = {it.name: set() for it in functions}
    for call in calls:
        function = _caller(functions, call)
        found[function.name].add(_grant(plan, function, call))
    return found


def difference(these: Grants, those: Grants) -> list[str]:
    """What a function has among these and not among those, by its name."""
    return sorted(
        f"{name}: {action} {resource}"
        for name, found in these.items()
        for action, resource in found - those[name]
    )


def _caller(functions: list[Function], call: Call) -> Function:
    """The function that made the call; a source of a test's own has a worker like the others."""
    ours = [it for it in functions if it.handler == f"{call.module}.handler"]
    assert ours, f"{call.module} makes clients, and is no function's handler"
    return next((it for it in ours if it.environment.get("SOURCE") == call.source), ours[0])


def _grant(plan: Plan, function: Function, call: Call) -> Grant:
    action, told, part = call.need
    if told == context().function_name:
        return Grant(action, function.arn + part)
    for setting in call.settings & function.environment.keys():
        return Grant(action, plan.arn_of(function.environment[setting]) + part)
    return Grant(action, f"{told}{part}, which no setting tells")


def implied(plan: Plan, function: Function, uses: Iterable[Grant]) -> set[Grant]:
    """What AWS does by itself in the name of a function that is planned and used like this."""
    own = {
        *_logs(plan, function),
        *_traces(function),
        *_mappings(plan, function),
        *_destinations(plan, function),
    }
    return own | set(_key(function, [*uses, *own]))


def _logs(plan: Plan, function: Function) -> Iterable[Grant]:
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html.

    But for CreateLogGroup: the group is ours, so that it is not kept for ever.
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
            yield from _put_aside(mapping.values, "destination_arn")


def _destinations(plan: Plan, function: Function) -> Iterable[Grant]:
    for config in plan.of_type("aws_lambda_function_event_invoke_config"):
        if config.values["function_name"] in (function.arn, function.name):
            yield from _put_aside(config.values, "destination")


def _put_aside(values: Json, name: str) -> Iterable[Grant]:
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html."""
    for config in values["destination_config"]:
        for failed in config["on_failure"]:
            yield Grant("sqs:SendMessage", failed[name])


# What goes in needs a data key of its own, what is read is decrypted; so is the environment:
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
_SEALING = ("s3:PutObject", "sns:Publish", "sqs:SendMessage")
_ENCRYPTED = ("dynamodb", "s3", "secretsmanager", "sns", "sqs")


def _key(function: Function, done: Iterable[Grant]) -> Iterable[Grant]:
    """The key of the environment, if it has one, by way of the services that the function uses."""
    if function.key_arn is None:
        return
    yield via("lambda", "kms:Decrypt", function.key_arn)
    for action, _ in done:
        service = action.partition(":")[0]
        if service in _ENCRYPTED:
            yield via(service, "kms:Decrypt", function.key_arn)
        if action in _SEALING:
            yield via(service, "kms:GenerateDataKey", function.key_arn)
