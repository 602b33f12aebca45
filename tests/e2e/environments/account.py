"""An account on the emulator, with environments of their own configuration and state."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from subprocess import CompletedProcess
from typing import Any

import boto3

from infra.tools.build.target import local_target
from infra.tools.stack.emulator import PYTHON
from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout, emulated

ACCOUNT = "000000000000"
# A minimal environment, because most of the time of its tests is the apply.
VARIABLES = """
environment       = "{name}"
region            = "{region}"
account_id        = "{account}"
s3_use_path_style = true
api_url_format    = "http://127.0.0.1:{port}/restapis/%s/%s/_user_request_"
api_keys = {{
  sourceA  = "{file}-api-key-of-source-a"
  operator = "{file}-api-key-of-the-operator"
  reader   = "{file}-api-key-of-the-reader"

  "sourceA.1"  = "{file}-next-api-key-of-source-a"
  "operator.1" = "{file}-next-api-key-of-the-operator"
  "reader.1"   = "{file}-next-api-key-of-the-reader"
}}
encode_method_paths = false
functions = {{
  architecture = "{architecture}"
}}
table = {{
  deletion_protection = false
}}
files = {{
  force_destroy = true
}}
alarms = {{
  enabled = false
}}
encryption = {{
  customer_managed_key = {has_key}
  tls_only             = false
}}
package_retention_days = null
api_access_log_days    = 7
"""
# Both share one bucket, as environments of one account may do.
BACKEND = """
bucket         = "environments-tfstate"
key            = "{file}.tfstate"
region         = "eu-west-1"
use_path_style = true
"""


@dataclass(frozen=True)
class Account:
    """A checkout that deploys to an emulator of its own.

    `providers` holds, by environment, the variables that make Terraform use a provider that already
    runs. A provider has the region of its environment, so the environments do not share one.
    """

    checkout: Checkout
    endpoint_url: str
    package_file: str
    providers: Mapping[str, Mapping[str, str]]

    def stack(
        self, command: str, file: str, *options: str, check: bool = True
    ) -> CompletedProcess[str]:
        variables = {
            **self.providers.get(file, {}),
            **emulated(self.checkout.port),
            "TF_VAR_package_file": self.package_file,
        }
        arguments = ("-m", "infra.tools.app", command, file, *options)
        return self.checkout.run(*arguments, check=check, variables=variables)

    def deploy(self, file: str) -> None:
        """Deploy. If that fails, destroy and deploy again: the emulator may lose a response.

        What the lost call created is not in the state, and would refuse the call again.
        """
        if self.stack("deploy", file, "--yes", check=False).returncode:
            self.stack("destroy", file, "--yes", "--force")
            self.stack("deploy", file, "--yes")

    def deployment(self, file: str) -> Deployment:
        outputs = self.checkout.directory / ".stack" / file / "outputs.json"
        found = Deployment.model_validate_json(outputs.read_bytes())
        return found.model_copy(update={"endpoint_url": self.endpoint_url})

    @property
    def s3(self) -> Any:
        return boto3.client(
            "s3",
            region_name="eu-west-1",
            endpoint_url=self.endpoint_url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def buckets(self) -> set[str]:
        return {bucket["Name"] for bucket in self.s3.list_buckets()["Buckets"]}


def add_environment(
    checkout: Checkout, file: str, name: str, region: str, *, has_key: bool
) -> None:
    config = checkout.directory / "config"
    architecture = local_target(PYTHON).architecture
    text = VARIABLES.format(
        file=file,
        name=name,
        region=region,
        port=checkout.port,
        account=ACCOUNT,
        architecture=architecture,
        has_key=json.dumps(has_key),
    )
    (config / f"{file}.tfvars").write_text(text)
    (config / f"{file}.s3.tfbackend").write_text(BACKEND.format(file=file))
