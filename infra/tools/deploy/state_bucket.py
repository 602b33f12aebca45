"""The bucket that keeps Terraform's state: versioned, encrypted, private, by TLS only."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.tools.errors import SetupError

_TLS_ONLY = "TlsOnly"
_EXPIRY = "expire-old-states"
_KEPT_DAYS = 90
_KEPT_VERSIONS = 10
_PRIVATE = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


@dataclass(frozen=True)
class StateBucket:
    """A bucket of `account`: no call touches one of that name that is somebody else's."""

    s3: Any
    name: str
    region: str
    account: str

    @property
    def whose(self) -> dict[str, str]:
        """What every call for the bucket names."""
        return {"Bucket": self.name, "ExpectedBucketOwner": self.account}

    def exists(self) -> bool:
        """Whether it is there. Raises SetupError where it is another's, or elsewhere."""
        try:
            answer = self.s3.head_bucket(**self.whose)
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                return False
            raise SetupError(self._not_ours()) from error
        if (found := answer.get("BucketRegion", self.region)) != self.region:
            raise SetupError(
                f"Bucket {self.name} is in {found}, not {self.region}: correct the .s3.tfbackend."
            )
        return True

    def create(self) -> None:
        """Make it. Raises SetupError where the name is taken: they are the whole world's."""
        place = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        try:
            self.s3.create_bucket(Bucket=self.name, **({} if self.region == "us-east-1" else place))
        except ClientError as error:
            if error.response["Error"]["Code"] in ("BucketAlreadyExists", "AccessDenied"):
                raise SetupError(self._not_ours()) from error
            raise
        self.s3.get_waiter("bucket_exists").wait(**self.whose)

    def missing(self) -> dict[str, Callable[[], None]]:
        """What it lacks of what it must have, by name, with what sets each."""
        needs = {
            "versioning": (self._is_versioned, self._version),
            "encryption": (self._is_encrypted, self._encrypt),
            "no public access": (self._is_private, self._make_private),
            "an expiry of old versions": (self._expires, self._expire),
        }
        # An endpoint that has no TLS, as the emulator's, would be shut out.
        if self.s3.meta.endpoint_url.startswith("https:"):
            needs["TLS only"] = (self._wants_tls, self._want_tls)
        return {name: put for name, (is_met, put) in needs.items() if not is_met()}

    def _not_ours(self) -> str:
        return (
            f"Bucket {self.name} is not of account {self.account}, or these credentials may not"
            " touch it: bucket names are the whole world's. Put a name of your own into the"
            " .s3.tfbackend."
        )

    def _is_versioned(self) -> bool:
        answer = self.s3.get_bucket_versioning(**self.whose)
        return bool(answer.get("Status") == "Enabled")

    def _version(self) -> None:
        enabled = {"Status": "Enabled"}
        self.s3.put_bucket_versioning(**self.whose, VersioningConfiguration=enabled)

    def _is_encrypted(self) -> bool:
        """By any key: one of the owner's own is not taken away again."""
        code = "ServerSideEncryptionConfigurationNotFoundError"
        return _read(self.s3.get_bucket_encryption, code, **self.whose) is not None

    def _encrypt(self) -> None:
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        self.s3.put_bucket_encryption(
            **self.whose, ServerSideEncryptionConfiguration={"Rules": [rule]}
        )

    def _is_private(self) -> bool:
        code = "NoSuchPublicAccessBlockConfiguration"
        answer = _read(self.s3.get_public_access_block, code, **self.whose) or {}
        return bool(answer.get("PublicAccessBlockConfiguration") == _PRIVATE)

    def _make_private(self) -> None:
        self.s3.put_public_access_block(**self.whose, PublicAccessBlockConfiguration=_PRIVATE)

    def _rules(self) -> list[Any]:
        code = "NoSuchLifecycleConfiguration"
        answer = _read(self.s3.get_bucket_lifecycle_configuration, code, **self.whose) or {}
        return list(answer.get("Rules", []))

    def _expires(self) -> bool:
        return any(rule.get("ID") == _EXPIRY for rule in self._rules())

    def _expire(self) -> None:
        rule = {
            "ID": _EXPIRY,
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {
                "NoncurrentDays": _KEPT_DAYS,
                "NewerNoncurrentVersions": _KEPT_VERSIONS,
            },
            # Every lock that was let go leaves one.
            "Expiration": {"ExpiredObjectDeleteMarker": True},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        }
        self.s3.put_bucket_lifecycle_configuration(
            **self.whose, LifecycleConfiguration={"Rules": [*self._rules(), rule]}
        )

    def _policy(self) -> dict[str, Any]:
        answer = _read(self.s3.get_bucket_policy, "NoSuchBucketPolicy", **self.whose)
        empty = {"Version": "2012-10-17", "Statement": []}
        policy: dict[str, Any] = json.loads(answer["Policy"]) if answer else empty
        return policy

    def _wants_tls(self) -> bool:
        return any(statement.get("Sid") == _TLS_ONLY for statement in self._policy()["Statement"])

    def _want_tls(self) -> None:
        policy = self._policy()
        arn = f"arn:{self.s3.meta.partition}:s3:::{self.name}"
        statement = {
            "Sid": _TLS_ONLY,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        policy["Statement"] = [*policy["Statement"], statement]
        self.s3.put_bucket_policy(**self.whose, Policy=json.dumps(policy))


def _read(call: Callable[..., Any], absent: str, **arguments: str) -> Any:
    """The answer, None where S3 says by the code `absent` that it has none."""
    try:
        return call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != absent:
            raise
        return None
