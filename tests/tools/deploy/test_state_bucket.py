"""The state's bucket has the right account and region, and keeps its owner's settings."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from infra.tools.app import app
from infra.tools.deploy.state_bucket import StateBucket
from infra.tools.errors import SetupError
from infra.tools.stack.emulator import Emulator
from tests.e2e.conftest import emulated, free_port
from tests.support.terraform import provider
from tests.tools.stack.test_stack import write_environment

ACCOUNT = "123456789012"
RULE = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "x"}, "Expiration": {"Days": 1}}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Theirs",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObjectAcl",
            "Resource": "arn:aws:s3:::states/*",
        }
    ],
}


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[StateBucket]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        s3 = boto3.client("s3", region_name="eu-central-1")
        yield StateBucket(s3, "states", "eu-central-1", ACCOUNT)


def add_settings(s3: Any) -> None:
    """Give the bucket a policy and a lifecycle rule of its owner."""
    s3.put_bucket_policy(Bucket="states", Policy=json.dumps(POLICY))
    s3.put_bucket_lifecycle_configuration(Bucket="states", LifecycleConfiguration={"Rules": [RULE]})


def test_a_new_bucket_is_in_its_region_and_has_no_settings(bucket: StateBucket) -> None:
    assert not bucket.exists()

    bucket.create()

    assert bucket.exists()
    assert bucket.s3.get_bucket_location(Bucket="states")["LocationConstraint"] == "eu-central-1"
    assert list(bucket.settings()) == []


def test_a_bucket_is_created_in_the_first_region_too(bucket: StateBucket) -> None:
    first = StateBucket(boto3.client("s3", region_name="us-east-1"), "first", "us-east-1", ACCOUNT)

    first.create()

    assert first.exists()
    assert not bucket.exists()


def test_the_owners_settings_are_found(bucket: StateBucket) -> None:
    bucket.create()
    add_settings(bucket.s3)

    assert list(bucket.settings()) == ["policy", "lifecycle"]


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

    with pytest.raises(SetupError, match=r"not of account 999999999999.*name of your own"):
        StateBucket(s3, "states", "eu-central-1", "999999999999").exists()


def test_every_call_but_the_creation_names_the_owner(bucket: StateBucket) -> None:
    owners: list[bytes | None] = []
    bucket.s3.meta.events.register(
        "before-send.s3",
        lambda request, **_: owners.append(request.headers.get("x-amz-expected-bucket-owner")),
    )

    bucket.create()
    bucket.exists()
    list(bucket.settings())

    assert owners[0] is None
    assert {owner and owner.decode() for owner in owners[1:]} == {ACCOUNT}


def test_the_error_for_a_bucket_in_another_region_names_both_regions(bucket: StateBucket) -> None:
    bucket.create()
    misplaced = StateBucket(bucket.s3, "states", "eu-west-1", ACCOUNT)

    with pytest.raises(SetupError, match="is in eu-central-1, not eu-west-1"):
        misplaced.exists()


@pytest.fixture
def endpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield a checkout with one environment, an emulator instead of AWS, and a provider."""
    write_environment(tmp_path)
    with (tmp_path / "config" / "dev.s3.tfbackend").open("a") as backend:
        backend.write("use_path_style = true\n")
    emulator = Emulator(tmp_path / "emulator", free_port())
    emulator.start()
    with provider.running(tmp_path, **emulated(emulator.port)) as running:
        for name, value in (running | emulated(emulator.port)).items():
            monkeypatch.setenv(name, value)
        yield tmp_path
    emulator.stop()


def bootstrap(root: Path) -> Result:
    return CliRunner().invoke(app, ["bootstrap", "dev", "--yes"], obj=root, catch_exceptions=False)


# The emulator outlives the object that started it.
@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_a_bootstrap_keeps_the_owners_settings_and_a_second_one_changes_nothing(
    endpoint: Path,
) -> None:
    s3: Any = boto3.client("s3", region_name="eu-west-1")
    StateBucket(s3, "states", "eu-west-1", "000000000000").create()
    add_settings(s3)
    by_key = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket="states", ServerSideEncryptionConfiguration={"Rules": [by_key]})

    bootstrap(endpoint)
    again = bootstrap(endpoint)

    assert "No changes." in again.stdout
    assert "of dev is in bucket states in eu-west-1 of account 000000000000" in again.stderr
    assert s3.get_bucket_versioning(Bucket="states")["Status"] == "Enabled"
    private = s3.get_public_access_block(Bucket="states")["PublicAccessBlockConfiguration"]
    assert set(private.values()) == {True}
    rules = s3.get_bucket_lifecycle_configuration(Bucket="states")["Rules"]
    assert [rule["ID"] for rule in rules] == ["theirs"]
    assert json.loads(s3.get_bucket_policy(Bucket="states")["Policy"]) == POLICY
    [kept] = s3.get_bucket_encryption(Bucket="states")["ServerSideEncryptionConfiguration"]["Rules"]
    assert kept["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
