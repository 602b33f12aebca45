"""Authenticates requests: a function for each `auth` of the catalog.

Bind the credentials with `functools.partial`. httpx calls the function before each attempt.
"""

import time
from base64 import b64encode
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx

from ingestion.auth.signatures import signed_headers
from ingestion.catalog.signature import Scheme

if TYPE_CHECKING:
    from botocore.credentials import Credentials


def add_api_key(request: httpx.Request, *, key: str) -> httpx.Request:
    """Add an API key."""
    request.headers["x-api-key"] = key
    return request


def add_password(request: httpx.Request, *, secret: str) -> httpx.Request:
    """Add a user and a password, which `secret` holds with a colon between them."""
    request.headers["Authorization"] = f"Basic {b64encode(secret.encode()).decode()}"
    return request


def add_token(request: httpx.Request, *, secret: str) -> httpx.Request:
    """Add a bearer token."""
    request.headers["Authorization"] = f"Bearer {secret}"
    return request


def sign_webhook(request: httpx.Request, *, scheme: Scheme, key: bytes) -> httpx.Request:
    """Sign by the scheme of the source. A retry has the same id and a later timestamp."""
    sent = request.extensions
    message_id = sent.setdefault("message_id", uuid4().hex)
    sent["timestamp"] = max(int(time.time()), sent.get("timestamp", 0) + 1)
    content = request.content
    request.headers.update(signed_headers(scheme, [key], message_id, sent["timestamp"], content))
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
