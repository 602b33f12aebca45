"""What a server receives from authenticated requests."""

import json
import re
from collections.abc import Iterator
from functools import partial
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import Credentials
from standardwebhooks import Webhook

from ingestion.auth.standard_webhooks import STANDARD, secret_bytes
from ingestion.cli.client.credentials import add_api_key, sign_aws, sign_webhook
from ingestion.cli.client.posting import Auth, new_client, post_json
from tests.support.servers import QuietHandler, serving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"id": "7"}'
DOCUMENT = Path(__file__).parents[4] / "docs" / "signed-requests.md"


class FakeApi(HTTPServer):
    """Returns the statuses in order, then 202; remembers what came."""

    def __init__(self, statuses: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses = statuses
        self.posts: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/h"


class Handler(QuietHandler):
    server: FakeApi

    def do_POST(self) -> None:
        self.server.posts.append((dict(self.headers), self.body()))
        self.answer(self.server.statuses.pop(0) if self.server.statuses else 202, b"{}")


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Iterator[FakeApi]:
    with serving(FakeApi(list(getattr(request, "param", [])))) as api:
        yield api


def post(api: FakeApi, auth: Auth) -> int:
    with new_client(auth) as http:
        return post_json(http, api.url, BODY, retries=5).status_code


def test_a_key_goes_in_its_header(api: FakeApi) -> None:
    post(api, partial(add_api_key, key="the-key"))

    [(headers, body)] = api.posts
    assert (headers["x-api-key"], body) == ("the-key", BODY)
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("api", [[503, 503]], indirect=True)
def test_every_attempt_is_signed_again_with_the_same_id(api: FakeApi) -> None:
    status = post(api, partial(sign_webhook, scheme=STANDARD, key=secret_bytes(SECRET)))

    assert status == 202
    for headers, body in api.posts:
        Webhook(SECRET).verify(body.decode(), {k.lower(): v for k, v in headers.items()})
    assert len({headers["webhook-id"] for headers, _ in api.posts}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in api.posts}) == 3


def test_two_posts_of_one_body_are_two_messages(api: FakeApi) -> None:
    for _ in range(2):
        post(api, partial(sign_webhook, scheme=STANDARD, key=secret_bytes(SECRET)))

    assert len({headers["webhook-id"] for headers, _ in api.posts}) == 2


def test_aws_credentials_sign_what_is_sent(api: FakeApi) -> None:
    credentials = Credentials("AKIDEXAMPLE", "secret", "session-token")

    post(api, partial(sign_aws, credentials=credentials, region="eu-central-1"))

    [(headers, body)] = api.posts
    assert re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/eu-central-1/execute-api/aws4_request, "
        r"SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=\w{64}",
        headers["Authorization"],
    )
    assert (headers["X-Amz-Security-Token"], body) == ("session-token", BODY)


def test_the_documents_own_example_signs_as_the_reference_library_wants() -> None:
    [example] = re.findall(r"```python\n(import base64.*?)```", DOCUMENT.read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)

    headers = names["signed_headers"](SECRET, BODY)

    assert Webhook(SECRET).verify(BODY.decode(), headers) == json.loads(BODY)
