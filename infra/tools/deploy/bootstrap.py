"""Gives the bucket of an environment's state its settings."""

import json

from infra.tools.deploy.environments import Environment
from infra.tools.paths import INFRA


class StateEnvironment(Environment):
    """The Terraform root of the state's bucket. Its own state is in the bucket too."""

    folder = "{name}/state-bucket"
    terraform_root = INFRA / "state"
    backend_options = ("-backend-config=key=state-bucket.tfstate",)

    def variable_options(self) -> list[str]:
        """Return the options that give Terraform the values of the root's variables."""
        bucket = self.state_bucket
        values = {
            "bucket": bucket.name,
            "region": bucket.region,
            "found": json.dumps(list(bucket.settings())),
            "tls_only": json.dumps(bucket.s3.meta.endpoint_url.startswith("https:")),
        }
        return [f"-var={name}={value}" for name, value in values.items()]
