"""The state's bucket: made once, with all it must have, and never somebody else's."""

import json
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from infra.tools.deploy.state_bucket import StateBucket
from infra.tools.errors import SetupError

ACCOUNT = "123456789012"
ALL = {
    "versioning",
    "encryption",
    "no public access",
    "an expiry of old versions",
    "TLS only",
}


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[StateBucket]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        s3 = boto3.client("s3", region_name="eu-central-1")
        yield StateBucket(s3, "states", "eu-central-1", ACCOUNT)


def bootstrapped(bucket: StateBucket) -> StateBucket:
    bucket.create()
    for put in bucket.missing().values():
        put()
    return bucket


def test_a_new_bucket_has_all_it_must_have(bucket: StateBucket) -> None:
    assert not bucket.exists()

    bootstrapped(bucket)

    assert bucket.exists()
    assert bucket.missing() == {}
    assert bucket.s3.get_bucket_location(Bucket="states")["LocationConstraint"] == "eu-central-1"
    assert bucket.s3.get_bucket_versioning(Bucket="states")["Status"] == "Enabled"
    private = bucket.s3.get_public_access_block(Bucket="states")["PublicAccessBlockConfiguration"]
    assert set(private.values()) == {True}


def test_in_the_first_region_too(bucket: StateBucket) -> None:
    first = StateBucket(boto3.client("s3", region_name="us-east-1"), "first", "us-east-1", ACCOUNT)

    first.create()

    assert first.exists()
    assert not bucket.exists()


def test_what_was_changed_is_missed_and_nothing_else(bucket: StateBucket) -> None:
    bootstrapped(bucket)
    suspended = {"Status": "Suspended"}
    bucket.s3.put_bucket_versioning(Bucket="states", VersioningConfiguration=suspended)
    bucket.s3.delete_public_access_block(Bucket="states")

    assert set(bucket.missing()) == {"versioning", "no public access"}


def test_what_the_owner_added_stays(bucket: StateBucket) -> None:
    bucket.create()
    theirs = {"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObjectAcl"}
    policy = {
        "Version": "2012-10-17",
        "Statement": [theirs | {"Resource": "arn:aws:s3:::states/*"}],
    }
    bucket.s3.put_bucket_policy(Bucket="states", Policy=json.dumps(policy))
    rule = {
        "ID": "theirs",
        "Status": "Enabled",
        "Filter": {"Prefix": "x"},
        "Expiration": {"Days": 1},
    }
    bucket.s3.put_bucket_lifecycle_configuration(
        Bucket="states", LifecycleConfiguration={"Rules": [rule]}
    )
    by_key = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    bucket.s3.put_bucket_encryption(
        Bucket="states", ServerSideEncryptionConfiguration={"Rules": [by_key]}
    )

    for put in bucket.missing().values():
        put()

    statements = json.loads(bucket.s3.get_bucket_policy(Bucket="states")["Policy"])["Statement"]
    assert [statement["Sid"] for statement in statements] == ["Theirs", "TlsOnly"]
    rules = bucket.s3.get_bucket_lifecycle_configuration(Bucket="states")["Rules"]
    assert [rule["ID"] for rule in rules] == ["theirs", "expire-old-states"]
    kept = bucket.s3.get_bucket_encryption(Bucket="states")["ServerSideEncryptionConfiguration"]
    assert kept["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"


def test_only_tls_may_reach_bucket_and_objects(bucket: StateBucket) -> None:
    bootstrapped(bucket)

    [statement] = json.loads(bucket.s3.get_bucket_policy(Bucket="states")["Policy"])["Statement"]

    assert statement["Effect"] == "Deny"
    assert statement["Resource"] == ["arn:aws:s3:::states", "arn:aws:s3:::states/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_an_endpoint_without_tls_is_not_shut_out(
    bucket: StateBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.create()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://s3.eu-central-1.amazonaws.com")
    plain = boto3.client("s3", region_name="eu-central-1")

    missing = StateBucket(plain, "states", "eu-central-1", ACCOUNT).missing()

    assert set(missing) == ALL - {"TLS only"}


def test_a_bucket_of_another_account_is_refused(
    bucket: StateBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS", "false")
    bucket.create()
    role = boto3.client("sts", region_name="eu-central-1").assume_role(
        RoleArn="arn:aws:iam::999999999999:role/elsewhere", RoleSessionName="other"
    )["Credentials"]
    s3 = boto3.client(
        "s3",
        region_name="eu-central-1",
        aws_access_key_id=role["AccessKeyId"],
        aws_secret_access_key=role["SecretAccessKey"],
        aws_session_token=role["SessionToken"],
    )
    other = StateBucket(s3, "states", "eu-central-1", "999999999999")

    for use in (other.exists, other.create):
        with pytest.raises(SetupError, match=r"not of account 999999999999.*name of your own"):
            use()


def test_no_call_but_the_first_could_touch_another_accounts_bucket(bucket: StateBucket) -> None:
    owners: list[bytes | None] = []
    bucket.s3.meta.events.register(
        "before-send.s3",
        lambda request, **_: owners.append(request.headers.get("x-amz-expected-bucket-owner")),
    )

    bootstrapped(bucket)

    assert owners[0] is None
    assert {owner and owner.decode() for owner in owners[1:]} == {ACCOUNT}


def test_a_bucket_elsewhere_is_told_where(bucket: StateBucket) -> None:
    bucket.create()
    misplaced = StateBucket(bucket.s3, "states", "eu-west-1", ACCOUNT)

    with pytest.raises(SetupError, match="is in eu-central-1, not eu-west-1"):
        misplaced.exists()
