"""Every policy that is planned: no wildcard without a reason, nobody let in but by name."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.support.planned import ACCOUNT_ID, Json, Plan, listed
from tests.support.rehearsal import Resource

_ROLE = "aws_iam_role_policy"

# Where a * stands in what a kind of policy allows, and why AWS leaves no other way.
WILDCARDS = {
    r"aws_kms_key: kms:[*] [*]": "the account itself, or nobody could ever change the key",
    r"aws_kms_key: kms:[A-Za-z]+[*]? [*]": "in a key's policy, * is that key; Logs asks by kind",
    r"aws_(iam_role_policy|xray_resource_policy): xray:\w+ [*]": "traces belong to no resource",
    rf"{_ROLE}: logs:\w+ arn:aws:logs:[^*]+:/aws/lambda/[^*]+:\*": "Lambda names its log streams",
    rf"{_ROLE}: s3:\w+ arn:aws:s3:::[^*/]+/[a-z]+/\*": "a folder's objects are named as they come",
    r"aws_api_gateway_rest_api_policy: [\w:-]+ arn:aws:execute-api:[^*]+/\*": "methods say who",
}


class Allowed(NamedTuple):
    """A statement that allows something, and whose policy has it."""

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
    """The policies in a resource's values, however deep."""
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
    reasons = {it: [form for form in WILDCARDS if re.fullmatch(form, it)] for it in found}

    assert [it for it, forms in reasons.items() if not forms] == []
    assert {form for forms in reasons.values() for form in forms} == WILDCARDS.keys()


def test_no_policy_names_what_the_tests_cannot_tell_apart(allowed: list[Allowed]) -> None:
    statements = [json.dumps(statement) for _, statement in allowed]

    assert [it for it in statements if "mock" in it] == []


def test_every_function_has_a_role_of_its_own_with_one_policy(planned: Plan) -> None:
    roles = [it.values["arn"] for it in planned.of_type("aws_iam_role")]
    taken = [it.values["role"] for it in planned.of_type("aws_lambda_function")]
    policies = [it.values["role"] for it in planned.of_type("aws_iam_role_policy")]

    assert len(taken) == len(set(taken)) > 0
    assert sorted(taken) == sorted(roles)
    assert sorted(policies) == sorted(it.values["id"] for it in planned.of_type("aws_iam_role"))


@pytest.mark.parametrize(
    "type_",
    [
        "aws_iam_policy",
        "aws_iam_policy_attachment",
        "aws_iam_role_policy_attachment",
        "aws_iam_user",
    ],
)
def test_nothing_is_granted_by_another_way(planned: Plan, type_: str) -> None:
    assert planned.of_type(type_) == []


def test_lambda_alone_may_take_a_role_and_for_this_account_only(
    allowed: list[Allowed], planned: Plan
) -> None:
    trusts = [it.statement for it in allowed if it.owner.type == "aws_iam_role"]

    assert len(trusts) == len(planned.of_type("aws_lambda_function"))
    for trust in trusts:
        assert trust == {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT_ID}},
        }


def test_a_queue_takes_messages_from_one_topic_only(allowed: list[Allowed], planned: Plan) -> None:
    topics = [it.values["arn"] for it in planned.of_type("aws_sns_topic")]
    statements = [it for it in allowed if it.owner.type == "aws_sqs_queue"]

    assert len(statements) > 0
    for queue, statement in statements:
        assert statement["Condition"]["ArnEquals"]["aws:SourceArn"] in topics
        assert {name: statement[name] for name in ("Action", "Principal", "Resource")} == {
            "Action": "sqs:SendMessage",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Resource": queue.values["arn"],
        }


# What no condition of its source can be set for in the key's policy, and why.
UNCONDITIONAL = {
    "Account": "whom this account's own policies let in",
    "Alarms": "none is documented to hold when an alarm publishes",
    "Logs": "is held to our log groups by the encryption context",
}


def test_whom_a_resources_policy_lets_in_is_a_service_on_behalf_of_a_resource_of_ours(
    allowed: list[Allowed],
) -> None:
    """A role is let in by its own policy: no other resource lets it in once more."""
    account = {"AWS": f"arn:aws:iam::{ACCOUNT_ID}:root"}  # Its own policies say who.
    found = [
        it
        for it in allowed
        if it.statement.get("Principal", account) != account
        and not (it.owner.type == "aws_kms_key" and it.statement["Sid"] in UNCONDITIONAL)
    ]
    # Everyone may knock at the API: its methods, and what the policy denies, say who gets in.
    own = [it for it in found if it.owner.type != "aws_api_gateway_rest_api_policy"]

    assert len(found) == len(own) + 1
    for owner, statement in own:
        [(kind, service)] = statement["Principal"].items()
        sources = {
            key: value
            for test in statement.get("Condition", {}).values()
            for key, value in test.items()
            if key in ("aws:SourceArn", "aws:SourceAccount")
        }
        assert (kind, "*" in service) == ("Service", False), owner.address
        assert sources, owner.address
        assert "*" not in json.dumps(sources), owner.address


def test_a_function_is_called_by_a_gateway_or_bucket_of_ours_only(planned: Plan) -> None:
    [api] = [it.values["execution_arn"] for it in planned.of_type("aws_api_gateway_rest_api")]
    buckets = [it.values["arn"] for it in planned.of_type("aws_s3_bucket")]
    permissions = [it.values for it in planned.of_type("aws_lambda_permission")]

    assert len(permissions) > 0
    for given in permissions:
        assert given["action"] == "lambda:InvokeFunction"
        if given["principal"] == "s3.amazonaws.com":
            assert given["source_arn"] in buckets
            assert given["source_account"] == ACCOUNT_ID
        else:
            assert given["principal"] == "apigateway.amazonaws.com"
            # Any stage, but one method of it.
            assert re.match(rf"{api}/[*]/[A-Z]+/[a-z]*", given["source_arn"])
