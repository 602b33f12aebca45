"""Gives the bucket of an environment's state its settings."""

import json
from dataclasses import dataclass
from pathlib import Path

from infra.tools.deploy.environments import Stack
from infra.tools.paths import INFRA


@dataclass(frozen=True)
class BucketStack(Stack):
    """The Terraform root of the bucket, which keeps its own state in the bucket too."""

    @property
    def directory(self) -> Path:
        """Return the folder for Terraform's data."""
        return super().directory / "state-bucket"

    @property
    def terraform_root(self) -> Path:
        """Return the folder in which Terraform runs."""
        return INFRA / "state"

    def backend_options(self) -> list[str]:
        """Return the key of the bucket's own state."""
        return ["-backend-config=key=state-bucket.tfstate"]

    def inputs(self) -> list[str]:
        """Return the values of the root's variables."""
        bucket = self.state_bucket
        values = {
            "bucket": bucket.name,
            "region": bucket.region,
            "found": json.dumps(list(bucket.settings())),
            "tls_only": json.dumps(bucket.s3.meta.endpoint_url.startswith("https:")),
        }
        return [f"-var={name}={value}" for name, value in values.items()]
