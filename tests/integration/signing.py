"""Who signs on moto: sourceB and deliveries with a secret, sourceC with AWS credentials."""

from datetime import UTC, datetime
from typing import Any

import boto3
from mypy_boto3_secretsmanager import SecretsManagerClient
from pydantic_core import to_json
from standardwebhooks import Webhook

from ingestion.auth.live_secrets import SECRETS, LiveSecret
from tests.integration.cloud import Cloud
from tests.integration.response import Response
from tests.support.factories import Json, catalog_document
from tests.support.terraform.planned import Plan
from tests.support.terraform.planning import plan

PREFIX = "ingestion-test-webhook/"
CLAIMS = "ingestion-test-claims"
PRINCIPAL = "arn:aws:iam::123456789012:role/service/Sender"
# How their entries differ from the catalog of this repository.
CHANGES: dict[str, Json] = {
    "sourceB": {"auth": "hmac"},
    "sourceC": {"auth": "iam", "principals": [PRINCIPAL]},
}


class StoredSecret:
    """A secret in Secrets Manager in the form of `ingest secrets`. At first one is live."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.manager: SecretsManagerClient = boto3.client("secretsmanager")
        self.manager.create_secret(Name=name)
        self.secret = LiveSecret.new()
        self.keep(self.secret)

    def keep(self, *live: LiveSecret) -> None:
        """Store these as the live secrets."""
        self.keep_text(SECRETS.dump_json([*live]).decode())

    def keep_text(self, text: str) -> None:
        """Store this text in Secrets Manager."""
        self.manager.put_secret_value(SecretId=self.name, SecretString=text)


def planned_signing() -> Plan:
    """Return Terraform's plan for these sources."""
    return plan("signing", CHANGES)


class Signing(StoredSecret):
    """The platform as `planned_signing` has it."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud.outputs["webhook_secret_names"]["sourceB"])
        self.cloud = cloud
        document = catalog_document()
        for source, change in CHANGES.items():
            document["sources"][source] |= change
        cloud.write_catalog(document)

    def headers(self, body: bytes, message_id: str = "msg_1", seconds: int = 0) -> dict[str, str]:
        """Sign with the reference library, this many seconds from now, and return the headers."""
        sent_at = datetime.fromtimestamp(datetime.now(UTC).timestamp() + seconds, UTC)
        signature = Webhook(self.secret.secret).sign(message_id, sent_at, body.decode())
        return {
            "webhook_id": message_id,
            "webhook_timestamp": str(int(sent_at.timestamp())),
            "webhook_signature": signature,
        }

    def post(self, content: Any, message_id: str = "msg_1", seconds: int = 0) -> Response:
        """Post to sourceB's path with a signature of the reference library."""
        body = to_json(content)
        headers = self.headers(body, message_id, seconds)
        return self.cloud.post(body, source=None, **headers)
