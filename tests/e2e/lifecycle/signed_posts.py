"""Posts of the added sources that sign: sourceH with a secret, sourceI with AWS credentials."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
from botocore.credentials import Credentials
from standardwebhooks import Webhook
from urllib3 import BaseHTTPResponse

from ingestion.cli.client.credentials import sign_aws
from ingestion.cli.client.posting import CONTENT_TYPE
from ingestion.cli.environment import Deployment
from tests.e2e.conftest import Checkout
from tests.e2e.platform import JSON, post


def add_secret(checkout: Checkout, source: str = "sourceH") -> str:
    return checkout.run(
        "-m", "ingestion.cli.app", "secrets", "add", "--source", source
    ).stdout.strip()


def signed(secret: str, body: bytes) -> dict[str, str]:
    """Return the headers that the reference library makes."""
    message_id, now = f"msg_{uuid4()}", datetime.now(UTC)
    return {
        **JSON,
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, now, body.decode()),
    }


def post_signed(deployment: Deployment, secret: str, content: Any) -> BaseHTTPResponse:
    body = json.dumps(content).encode()
    return post(deployment, "h", body, key=None, headers=signed(secret, body))


def signed_by(
    deployment: Deployment, content: bytes, key_id: str, secret_key: str
) -> dict[str, str]:
    """Return the headers of a post as sourceI."""
    url, auth = f"{deployment.api_url}/i", Credentials(key_id, secret_key)
    request = httpx.Request("POST", url, content=content, headers=CONTENT_TYPE)
    signed = sign_aws(request, credentials=auth, region=deployment.region)
    return dict(signed.headers)
