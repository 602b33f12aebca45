"""Every planned policy has a reason for each wildcard, and names its principals."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.support.terraform.planned import ACCOUNT_ID, Json, Plan, listed
from tests.support.terraform.terraform_test import Resource

_ROLE = "aws_iam_role_policy"

# The wildcards in the policies of a type, and why AWS needs them.
WILDCARDS = {
    r"aws_kms_key: kms:[*] [*]": "the account itself, or nobody could ever change the key",
    r"aws_kms_key: kms:[A-Za-z]+[*]? [*]": "in a key's policy, * is that key; Logs asks by kind",
    r"aws_(iam_role_policy|xray_resource_policy): xray:\w+ [*]": "traces belong to no resource",
    rf"{_ROLE}: logs:\w+ arn:aws:logs:[^*]+:/aws/lambda/[^*]+:\*": "Lambda names its log streams",
    rf"{_ROLE}: s3:\w+ arn:aws:s3:::[^*/]+/[a-z]+/\*": "a folder's objects are named as they come",
    r"aws_api_gateway_rest_api_policy: [\w:-]+ arn:aws:execute-api:[^*]+/\*": "methods say who",
}


class Allowed(NamedTuple):
    """A statement that allows something, and the resource of its policy."""

    owner: Resource
    statement: Json


@pytest.fixture(scope="module")
def allowed(planned: Plan) -> list[Allowed]:
    return [
        Allowed(resource, statement)
        for resource in planned.resources
        for document in _policies(resource.values)
        for statement in document["Statement"]
        if statement["Effect"] == "Allow"
    ]


def _policies(value: Any) -> Iterator[Json]:
    """Yield the policies in a resource's values, at any depth."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _policies(inner)
    elif isinstance(value, str) and value.startswith("{") and '"Statement"' in value:
        yield json.loads(value)


def test_every_wildcard_has_a_reason_and_every_reason_a_wildcard(allowed: list[Allowed]) -> None:
    found = {
        f"{owner.type}: {action} {resource}"
        for owner, statement in allowed
        for action in listed(statement["Action"])
        for resource in listed(statement.get("Resource", ""))
        if "*" in action + resource
    }
    reasons = {
        wildcard: [form for form in WILDCARDS if re.fullmatch(form, wildcard)] for wildcard in found
    }

    assert [wildcard for wildcard, forms in reasons.items() if not forms] == []
    assert {form for forms in reasons.values() for form in forms} == WILDCARDS.keys()


def test_no_policy_names_the_arn_that_all_mocks_share(allowed: list[Allowed]) -> None:
    statements = [json.dumps(statement) for _, statement in allowed]

    assert [statement for statement in statements if "mock" in statement] == []


def test_every_function_has_a_role_of_its_own_with_one_policy(planned: Plan) -> None:
    roles = [role.values["arn"] for role in planned.of_type("aws_iam_role")]
    taken = [function.values["role"] for function in planned.of_type("aws_lambda_function")]
    policies = [policy.values["role"] for policy in planned.of_type("aws_iam_role_policy")]

    assert len(taken) == len(set(taken)) > 0
    assert sorted(taken) == sorted(roles)
    assert sorted(policies) == sorted(role.values["id"] for role in planned.of_type("aws_iam_role"))


@pytest.mark.parametrize(
    "type_",
    [
        "aws_iam_policy",
        "aws_iam_policy_attachment",
        "aws_iam_role_policy_attachment",
        "aws_iam_user",
    ],
)
def test_nothing_is_granted_outside_of_role_policies(planned: Plan, type_: str) -> None:
    assert planned.of_type(type_) == []


def test_lambda_alone_may_take_a_role_without_an_undocumented_condition(
    allowed: list[Allowed], planned: Plan
) -> None:
    trusts = [entry.statement for entry in allowed if entry.owner.type == "aws_iam_role"]

    assert len(trusts) == len(planned.of_type("aws_lambda_function"))
    for trust in trusts:
        assert trust == {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }


def test_a_queue_takes_messages_from_one_topic_only(allowed: list[Allowed], planned: Plan) -> None:
    topics = [topic.values["arn"] for topic in planned.of_type("aws_sns_topic")]
    statements = [entry for entry in allowed if entry.owner.type == "aws_sqs_queue"]

    assert len(statements) > 0
    for queue, statement in statements:
        assert statement["Condition"]["ArnEquals"]["aws:SourceArn"] in topics
        assert {name: statement[name] for name in ("Action", "Principal", "Resource")} == {
            "Action": "sqs:SendMessage",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Resource": queue.values["arn"],
        }


# The statements of the key's policy without a condition on the source, and why.
UNCONDITIONAL = {
    "Account": "this account's own policies name the principals",
    "Alarms": "AWS documents none for the requests of an alarm",
    "Logs": "the encryption context limits it to our log groups",
}


def test_a_resources_policy_allows_only_services_that_act_for_our_resources(
    allowed: list[Allowed],
) -> None:
    """A role has its permissions by its own policy only, not by those of other resources."""
    account = {"AWS": f"arn:aws:iam::{ACCOUNT_ID}:root"}  # Its own policies name the principals.
    found = [
        entry
        for entry in allowed
        if entry.statement.get("Principal", account) != account
        and not (entry.owner.type == "aws_kms_key" and entry.statement["Sid"] in UNCONDITIONAL)
    ]
    # Everyone may call the API: its methods, and what its policy denies, limit the access.
    others = ("aws_api_gateway_rest_api_policy", "aws_iam_role")  # Roles have a test of their own.
    own = [entry for entry in found if entry.owner.type not in others]

    assert len(own) > 1
    for owner, statement in own:
        [(kind, service)] = statement["Principal"].items()
        sources = {
            key: value
            for test in statement.get("Condition", {}).values()
            for key, value in test.items()
            if key in ("aws:SourceArn", "aws:SourceAccount")
        }
        assert kind == "Service", owner.address
        assert "*" not in service, owner.address
        assert sources, owner.address
        assert "*" not in json.dumps(sources), owner.address


def test_a_function_is_called_by_a_gateway_or_bucket_of_ours_only(planned: Plan) -> None:
    [api] = [api.values["execution_arn"] for api in planned.of_type("aws_api_gateway_rest_api")]
    buckets = [bucket.values["arn"] for bucket in planned.of_type("aws_s3_bucket")]
    permissions = [permission.values for permission in planned.of_type("aws_lambda_permission")]

    assert len(permissions) > 0
    for given in permissions:
        assert given["action"] == "lambda:InvokeFunction"
        if given["principal"] == "s3.amazonaws.com":
            assert given["source_arn"] in buckets
            assert given["source_account"] == ACCOUNT_ID
        else:
            assert given["principal"] == "apigateway.amazonaws.com"
            # Any stage and method, but one API.
            paths = r"(/entities/[*]|/search)?"
            assert re.fullmatch(rf"{re.escape(api)}/[*]/[*]{paths}", given["source_arn"])
