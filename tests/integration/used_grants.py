"""Records which grants the AWS calls of the handlers need in the tests."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import partial
from types import FrameType
from typing import Any, NamedTuple

from botocore.model import OperationModel

from tests.integration.lent_clients import LendingSession
from tests.support.factories import Json
from tests.support.invocations import context
from tests.support.terraform.planned import Function, Grant, Plan

# The command's clients have the credentials of its user.
_COMMAND = "ingestion.cli.environment"

Grants = Mapping[str, Set[Grant]]  # By the function's name.


class Need(NamedTuple):
    """An action on `resource` (a name, URL or ARN), or on the `part` of the resource."""

    action: str
    resource: str
    part: str = ""


class Call(NamedTuple):
    """A need of a client of `module` in a worker of `source`. `settings` name the resource."""

    module: str
    source: str
    settings: frozenset[str]
    need: Need


def _named(action: str, parameter: str) -> Callable[[Json], list[Need]]:
    return lambda call: [Need(action, call[parameter])]


def _object(action: str) -> Callable[[Json], list[Need]]:
    return lambda call: [Need(action, call["Bucket"], _folder(call["Key"]))]


def _folder(key: str) -> str:
    """Return the pattern for a top-level folder. Policies go no deeper."""
    return f"/{key.partition('/')[0]}/*"


def _read(call: Json) -> list[Need]:
    action = "s3:GetObjectVersion" if "VersionId" in call else "s3:GetObject"
    return [Need(action, call["Bucket"], _folder(call["Key"]))]


def _delete_objects(call: Json) -> list[Need]:
    folders = {_folder(found["Key"]) for found in call["Delete"]["Objects"]}
    return [Need("s3:DeleteObject", call["Bucket"], folder) for folder in folders]


def _query(call: Json) -> list[Need]:
    part = f"/index/{call['IndexName']}" if "IndexName" in call else ""
    return [Need("dynamodb:Query", call["TableName"], part)]


def _batch_get(call: Json) -> list[Need]:
    return [Need("dynamodb:BatchGetItem", table) for table in call["RequestItems"]]


def _secret(call: Json) -> list[Need]:
    folder, _, name = call["SecretId"].rpartition("/")
    return [Need("secretsmanager:GetSecretValue", f"{folder}/", name)]


def _publish_batch(call: Json) -> list[Need]:
    # AWS has sns:Publish only. The emulator requires the name of the call.
    return [Need(action, call["TopicArn"]) for action in ("sns:Publish", "sns:PublishBatch")]


def _change_visibility(call: Json) -> list[Need]:
    # AWS has the single action only. The emulator requires the name of the call.
    single = "sqs:ChangeMessageVisibility"
    return [Need(action, call["QueueUrl"]) for action in (single, f"{single}Batch")]


# The actions that AWS requires for an operation:
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
_NEEDS: dict[str, Callable[[Json], list[Need]]] = {
    "DynamoDB.BatchGetItem": _batch_get,
    "DynamoDB.GetItem": _named("dynamodb:GetItem", "TableName"),
    "DynamoDB.PutItem": _named("dynamodb:PutItem", "TableName"),
    "DynamoDB.Query": _query,
    "DynamoDB.Scan": _named("dynamodb:Scan", "TableName"),
    "DynamoDB.UpdateItem": _named("dynamodb:UpdateItem", "TableName"),
    "Lambda.Invoke": _named("lambda:InvokeFunction", "FunctionName"),
    "S3.AbortMultipartUpload": _object("s3:AbortMultipartUpload"),
    "S3.CreateMultipartUpload": _object("s3:PutObject"),
    "S3.DeleteObject": _object("s3:DeleteObject"),
    "S3.DeleteObjects": _delete_objects,
    "S3.GetObject": _read,
    "S3.HeadObject": _read,
    "S3.ListObjectsV2": _named("s3:ListBucket", "Bucket"),
    "S3.PutObject": _object("s3:PutObject"),
    "S3.UploadPart": _object("s3:PutObject"),
    "SNS.PublishBatch": _publish_batch,
    "Secrets Manager.GetSecretValue": _secret,
    "SQS.ChangeMessageVisibilityBatch": _change_visibility,
    "SQS.SendMessage": _named("sqs:SendMessage", "QueueUrl"),
}


class RecordingSession(LendingSession):
    """Creates clients, and records the calls of those that handlers create.

    A call belongs to the creator of its client, because handlers call from threads.
    """

    def __init__(self, region: str) -> None:
        super().__init__()
        self.set_credentials("testing", "testing")
        self.set_config_variable("region", region)
        self.calls: set[Call] = set()

    def create_client(self, *arguments: Any, **options: Any) -> Any:
        """Lend a client to the first handler module on the stack, or to its creator."""
        ours = [
            namespace
            for namespace in _on_the_stack()
            if namespace["__name__"].startswith("ingestion.")
        ]
        if not ours or ours[0]["__name__"] == _COMMAND:
            return self.lend("", *arguments, **options)
        module = next((namespace for namespace in ours if "handler" in namespace), ours[0])[
            "__name__"
        ]
        client = self.lend(module, *arguments, **options)
        client.meta.events.register("provide-client-params", partial(self._note, module))
        return client

    def _note(self, module: str, params: Json, model: OperationModel, **_: Any) -> None:
        service: Any = model.service_model
        operation = f"{service.service_id}.{model.name}"
        unknown = [Need(operation, "unknown to these tests")]
        for need in _NEEDS[operation](params) if operation in _NEEDS else unknown:
            # Twice as fast as `os.environ`, which decodes each value.
            resource = os.fsencode(need.resource)
            named = {os.fsdecode(n) for n, value in os.environb.items() if value == resource}
            self.calls.add(Call(module, os.environ["SOURCE"], frozenset(named), need))


def _on_the_stack() -> Iterator[Json]:
    """Yield the namespaces of the calling modules, the innermost first."""
    frame: FrameType | None = sys._getframe(1)
    while frame:
        yield frame.f_globals
        frame = frame.f_back


def used(plan: Plan, calls: Iterable[Call]) -> Grants:
    """Return what each planned function needs for its calls, by its own settings."""
    functions = plan.functions
    found: dict[str, set[Grant]] = {function.name: set() for function in functions}
    for call in calls:
        function = _caller(functions, call)
        found[function.name].add(_grant(plan, function, call))
    return found


def difference(these: Grants, those: Grants) -> list[str]:
    """Return what a function has in the first grants and not in the second, by name."""
    return sorted(
        f"{name}: {action} {resource}"
        for name, found in these.items()
        for action, resource in found - those[name]
    )


def _caller(functions: list[Function], call: Call) -> Function:
    """Return the function that made the call. A source of a test has a worker like the others."""
    ours = [function for function in functions if function.handler == f"{call.module}.handler"]
    assert ours, f"{call.module} makes clients, and is no function's handler"
    return next(
        (function for function in ours if function.environment.get("SOURCE") == call.source),
        ours[0],
    )


def _grant(plan: Plan, function: Function, call: Call) -> Grant:
    action, resource, part = call.need
    if resource == context().function_name:
        return Grant(action, function.arn + part)
    if (template := function.environment.get("QUARANTINE_QUEUE_URL")) and "-dlq.fifo" in resource:
        # One setting for the queues of all sources.
        source = resource.removesuffix("-dlq.fifo").rpartition("-")[2]
        if template.replace("{source}", source) == resource:
            return Grant(action, plan.arn_of(resource))
    for setting in call.settings & function.environment.keys():
        return Grant(action, plan.arn_of(function.environment[setting]) + part)
    return Grant(action, f"{resource}{part}, which no setting names")
