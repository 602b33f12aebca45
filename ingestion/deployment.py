"""A deployed environment, as Terraform's outputs describe it: where it is and how to reach it."""

from pathlib import Path
from typing import Any, Self

import boto3
from pydantic import BaseModel, ConfigDict

from ingestion.errors import IngestionError

STACKS = Path(__file__).parent.parent / ".stack"


class NotDeployed(IngestionError):
    """No outputs of the environment are kept here."""


class Deployment(BaseModel):
    """What `make up` and `make deploy` keep in `.stack/<environment>/outputs.json`.

    `endpoint_url` is the emulator's address, and absent in AWS.
    """

    model_config = ConfigDict(frozen=True)

    api_url: str
    api_keys: dict[str, str]
    table_name: str
    topic_arn: str
    queue_urls: dict[str, str]
    dead_letter_queue_urls: dict[str, str]
    unrouted_queue_url: str
    function_names: dict[str, Any]
    region: str
    endpoint_url: str | None = None

    @classmethod
    def load(cls, environment: str) -> Self:
        """The environment's outputs. Raises NotDeployed, saying which command makes them."""
        file = STACKS / environment / "outputs.json"
        if not file.is_file():
            command = "make up" if environment == "local" else f"make outputs ENV={environment}"
            raise NotDeployed(f"environment {environment!r} is not known here: run `{command}`")
        return cls.model_validate_json(file.read_bytes())

    def client(self, service: str) -> Any:
        """A boto3 client; the emulator takes any credentials, AWS those of the user."""
        local = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(  # type: ignore[call-overload]  # Stubs want the name spelt out.
            service,
            region_name=self.region,
            endpoint_url=self.endpoint_url,
            **(local if self.endpoint_url else {}),
        )
