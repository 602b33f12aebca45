"""Plans the platform with Terraform, without AWS. Every resource has its own ARN."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from tests.support.terraform.terraform_test import Resource

Json = dict[str, Any]

ACCOUNT_ID = "123456789012"
REGION = "eu-central-1"
_REGIONAL = f"{REGION}:{ACCOUNT_ID}"

# Attributes that AWS computes and other resources use, here made from the resource's name. Other
# types have the ARN of infra/tests/mocks; tests/tools/test_policies.py fails if a policy names it.
MADE_UP: dict[str, Callable[[str], Json]] = {
    "aws_cloudwatch_log_group": lambda name: {"arn": f"arn:aws:logs:{_REGIONAL}:log-group:{name}"},
    "aws_dynamodb_table": lambda name: {
        "arn": f"arn:aws:dynamodb:{_REGIONAL}:table/{name}",
        "stream_arn": f"arn:aws:dynamodb:{_REGIONAL}:table/{name}/stream/2026-01-31T12:00:00.000",
    },
    "aws_iam_role": lambda name: {"arn": f"arn:aws:iam::{ACCOUNT_ID}:role/{name}", "id": name},
    "aws_kms_key": lambda _: {"arn": f"arn:aws:kms:{_REGIONAL}:key/only"},
    "aws_lambda_function": lambda name: {"arn": f"arn:aws:lambda:{_REGIONAL}:function:{name}"},
    "aws_s3_bucket": lambda name: {"arn": f"arn:aws:s3:::{name}", "bucket": name, "id": name},
    "aws_secretsmanager_secret": lambda name: {
        "arn": f"arn:aws:secretsmanager:{_REGIONAL}:secret:{name}"
    },
    "aws_sns_topic": lambda name: {"arn": f"arn:aws:sns:{_REGIONAL}:{name}"},
    "aws_sqs_queue": lambda name: {
        "arn": f"arn:aws:sqs:{_REGIONAL}:{name}",
        "url": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT_ID}/{name}",
    },
}


class Grant(NamedTuple):
    """One action on one resource."""

    action: str
    resource: str


@dataclass(frozen=True)
class Function:
    """A planned function: its handler, its environment, and the grants of its role."""

    name: str
    handler: str
    arn: str
    timeout_seconds: int
    batch_size: int | None
    environment: dict[str, str]
    key_arn: str | None
    is_traced: bool
    grants: frozenset[Grant]


@dataclass(frozen=True)
class Plan:
    """All resources that Terraform would create."""

    resources: list[Resource]
    outputs: Json

    def of_type(self, type_: str) -> list[Resource]:
        """Return every resource of a type."""
        return [resource for resource in self.resources if resource.type == type_]

    @cached_property
    def functions(self) -> list[Function]:
        """Return every function, with the grants of its role."""
        roles = {role.values["arn"]: role.values["id"] for role in self.of_type("aws_iam_role")}
        mappings = (found.values for found in self.of_type("aws_lambda_event_source_mapping"))
        batch_sizes = {found["function_name"]: found["batch_size"] for found in mappings}
        return [
            Function(
                name=function["function_name"],
                handler=function["handler"],
                arn=function["arn"],
                timeout_seconds=function["timeout"],
                batch_size=batch_sizes.get(function["arn"]),
                environment=function["environment"][0]["variables"],
                key_arn=function["kms_key_arn"] or None,
                is_traced=function["tracing_config"][0]["mode"] == "Active",
                grants=frozenset(self._grants(roles[function["role"]])),
            )
            for function in (found.values for found in self.of_type("aws_lambda_function"))
        ]

    @property
    def grants(self) -> dict[str, frozenset[Grant]]:
        """Return the grants of each function, by its name."""
        return {resource.name: resource.grants for resource in self.functions}

    def arn_of(self, name: str) -> str:
        """Return the ARN of a resource, given by its name, URL or ARN. Raises KeyError."""
        arns: dict[str, str] = {
            value: resource.values["arn"]
            for resource in self.resources
            for value in (
                name_of(resource.values),
                resource.values.get("url"),
                resource.values.get("arn"),
            )
            if resource.type in MADE_UP and value
        }
        # The environment of functions names a folder of secrets.
        arns |= {
            _folder(resource.values["name"]): _folder(resource.values["arn"])
            for resource in self.of_type("aws_secretsmanager_secret")
        }
        return arns[name]

    def _grants(self, role: str) -> Iterator[Grant]:
        for policy in self.of_type("aws_iam_role_policy"):
            if policy.values["role"] == role:
                for statement in json.loads(policy.values["policy"])["Statement"]:
                    assert statement["Effect"] == "Allow", statement
                    yield from _grants_of(statement)


def _folder(path: str) -> str:
    return path.rpartition("/")[0] + "/"


def via(service: str, action: str, resource: str) -> Grant:
    """Return a grant of an action on a key, limited to requests of a service."""
    return Grant(action, f"{resource} via {service}.{REGION}.amazonaws.com")


def _grants_of(statement: Json) -> Iterator[Grant]:
    """Yield each action on each resource of a statement, and through each service."""
    services = statement.get("Condition", {}).get("StringEquals", {}).get("kms:ViaService")
    for action in listed(statement["Action"]):
        for resource in listed(statement["Resource"]):
            if services is None:
                yield Grant(action, resource)
            for service in listed(services or []):
                yield via(service.partition(".")[0], action, resource)


def listed(value: Any) -> list[Any]:
    """Return a value of a policy, which is one or many, as a list."""
    return value if isinstance(value, list) else [value]


def name_of(values: Json) -> str:
    names = (values.get(attribute) for attribute in ("function_name", "name", "bucket_prefix"))
    return next((str(name).rstrip("-") for name in names if name), "")
