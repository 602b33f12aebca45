"""Authenticates requests: a function for each `auth` of the catalog.

Bind the credentials with `functools.partial`. httpx calls the function before each attempt.
"""

import time
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx

from ingestion.auth.standard_webhooks import ID, TIMESTAMP, secret_bytes, signed_headers

if TYPE_CHECKING:
    from botocore.credentials import Credentials


def add_api_key(request: httpx.Request, *, key: str) -> httpx.Request:
    """Add an API key."""
    request.headers["x-api-key"] = key
    return request


def sign_webhook(request: httpx.Request, *, secret: str) -> httpx.Request:
    """Sign as Standard Webhooks specifies. A retry has the same id and a later timestamp."""
    headers = request.headers
    message_id = headers.setdefault(ID, uuid4().hex)
    timestamp = max(int(time.time()), int(headers.get(TIMESTAMP, 0)) + 1)
    key = secret_bytes(secret)
    headers.update(signed_headers([key], message_id, timestamp, request.content))
    return request


def sign_aws(request: httpx.Request, *, credentials: "Credentials", region: str) -> httpx.Request:
    """Sign the method, the URL, the content type and the body (Signature Version 4)."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    content_type = {"Content-Type": request.headers["Content-Type"]}
    signed = AWSRequest(
        request.method, str(request.url), headers=content_type, data=request.content
    )
    frozen = credentials.get_frozen_credentials()
    SigV4Auth(frozen, "execute-api", region).add_auth(signed)
    request.headers.update(dict(signed.headers.items()))
    return request
