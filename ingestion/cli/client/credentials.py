"""Authenticates requests: an `httpx.Auth` for each `auth` of the catalog."""

import time
from collections.abc import Generator
from uuid import uuid4

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from ingestion.auth.standard_webhooks import ID, SIGNATURE, TIMESTAMP, secret_bytes, sign

Flow = Generator[httpx.Request, httpx.Response, None]


class ApiKey(httpx.Auth):
    """Sends an API key."""

    def __init__(self, key: str) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Flow:
        """Add the key."""
        request.headers["x-api-key"] = self._key
        yield request


class WebhookSignature(httpx.Auth):
    """Signs by Standard Webhooks."""

    requires_request_body = True

    def __init__(self, secret: str) -> None:
        self._key = secret_bytes(secret)

    def auth_flow(self, request: httpx.Request) -> Flow:
        """Sign with a new id. A retry keeps the id and gets a later time."""
        headers = request.headers
        message_id = headers.setdefault(ID, uuid4().hex)
        timestamp = max(int(time.time()), int(headers.get(TIMESTAMP, 0)) + 1)
        headers[TIMESTAMP] = str(timestamp)
        headers[SIGNATURE] = sign(self._key, message_id, timestamp, request.content)
        yield request


class AwsSignature(httpx.Auth):
    """Signs with AWS credentials (Signature Version 4)."""

    requires_request_body = True

    def __init__(self, credentials: Credentials, region: str) -> None:
        self._credentials = credentials
        self._region = region

    def auth_flow(self, request: httpx.Request) -> Flow:
        """Sign the method, the URL, the content type and the body."""
        content_type = {"Content-Type": request.headers["Content-Type"]}
        signed = AWSRequest(
            request.method, str(request.url), headers=content_type, data=request.content
        )
        frozen = self._credentials.get_frozen_credentials()
        SigV4Auth(frozen, "execute-api", self._region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        yield request
