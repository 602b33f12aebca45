"""How a sender shows who it is, in each of the ways that the catalog knows."""

import time

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from ingestion.auth.standard_webhooks import ID, SIGNATURE, TIMESTAMP, secret_bytes, sign
from ingestion.cli.client.posting import CONTENT_TYPE, Authenticate, Post


def api_key(key: str) -> Authenticate:
    """Show an API key."""
    return lambda _: {"x-api-key": key}


def signature(secret: str) -> Authenticate:
    """Sign as Standard Webhooks asks; the secret is as both sides write it."""
    key = secret_bytes(secret)

    def headers(post: Post) -> dict[str, str]:
        timestamp = int(time.time()) + post.tries  # However soon, no try is another's replay.
        made = sign(key, post.message_id, timestamp, post.body)
        return {ID: post.message_id, TIMESTAMP: str(timestamp), SIGNATURE: made}

    return headers


def aws_signature(credentials: Credentials, region: str) -> Authenticate:
    """Sign with AWS credentials (Signature Version 4)."""

    def headers(post: Post) -> dict[str, str]:
        request = AWSRequest("POST", post.url, headers=CONTENT_TYPE, data=post.body)
        SigV4Auth(credentials.get_frozen_credentials(), "execute-api", region).add_auth(request)
        return dict(request.headers.items())

    return headers
