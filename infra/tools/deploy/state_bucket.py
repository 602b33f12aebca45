"""The account and the bucket of Terraform's states. infra/state adds the bucket's settings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.tools.errors import SetupError

_ABSENT = {"NoSuchBucketPolicy", "NoSuchLifecycleConfiguration"}  # S3's error codes.


def require_account(client: Callable[[str], Any], wanted: str | None, environment: str) -> str:
    """Return the account of the credentials. Raises SetupError if it is not the `wanted` one."""
    try:
        account = str(client("sts").get_caller_identity()["Account"])
    except (BotoCoreError, ClientError) as error:
        raise SetupError(
            f"There are no valid AWS credentials: {error}. Log in to the environment's account"
            " (`aws sso login`, `aws configure`, AWS_PROFILE, …). Without an account,"
            " `make preview` shows what a deploy would create."
        ) from error
    if wanted not in (None, account):
        raise SetupError(
            f"These credentials are of account {account}, but {environment} belongs to {wanted}"
            f" (account_id in config/{environment}.tfvars): log in to that"
            " account. Nothing was done."
        )
    return account


@dataclass(frozen=True)
class StateBucket:
    """A bucket of `account`. Every call but its creation names the account as the owner."""

    s3: Any
    name: str
    region: str
    account: str

    def __str__(self) -> str:
        return f"bucket {self.name} in {self.region} of account {self.account}"

    @property
    def owned(self) -> dict[str, str]:
        """Return the arguments that name the bucket and its owner."""
        return {"Bucket": self.name, "ExpectedBucketOwner": self.account}

    def exists(self) -> bool:
        """Return whether the bucket exists. Raises SetupError for another owner or region."""
        try:
            response = self.s3.head_bucket(**self.owned)
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                return False
            raise SetupError(
                f"Bucket {self.name} is not of account {self.account}, or these credentials may"
                " not use it. Bucket names are unique in all of AWS: choose a name of your own in"
                " the .s3.tfbackend."
            ) from error
        if (region := response.get("BucketRegion", self.region)) != self.region:
            raise SetupError(
                f"Bucket {self.name} is in {region}, not {self.region}: correct the .s3.tfbackend."
            )
        return True

    def create(self) -> None:
        """Create the bucket without settings."""
        location = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        self.s3.create_bucket(Bucket=self.name, **({} if self.region == "us-east-1" else location))
        self.s3.get_waiter("bucket_exists").wait(**self.owned)

    def settings(self) -> Iterator[str]:
        """Yield the names of the settings that the bucket has, which infra/state must keep."""
        lifecycle = self.s3.get_bucket_lifecycle_configuration
        for name, get in (("policy", self.s3.get_bucket_policy), ("lifecycle", lifecycle)):
            try:
                get(**self.owned)
            except ClientError as error:
                if error.response["Error"]["Code"] not in _ABSENT:
                    raise
            else:
                yield name
