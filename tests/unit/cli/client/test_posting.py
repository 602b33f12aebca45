"""Posting with repeats: how long a repeat waits, and what is not repeated."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from http.server import HTTPServer

import httpx
import pytest
from tenacity import RetryCallState, Retrying

from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.posting import _wait_seconds, new_client, post_json
from tests.support.servers import QuietHandler, serving


class FakeApi(HTTPServer):
    """Asks to wait once, or hangs up once, then takes everything."""

    retry_after: Callable[[], str] | None = None  # Called for each response.
    posts = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(QuietHandler):
    server: FakeApi

    def do_POST(self) -> None:
        self.body()
        self.server.posts += 1
        if self.server.posts > 1:
            self.answer(202, b"{}")
        elif self.server.retry_after:
            self.answer(429, b"{}", Retry_After=self.server.retry_after())


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with serving(FakeApi()) as api:
        yield api


def post_seconds(api: FakeApi) -> float:
    started = time.monotonic()
    with new_client(partial(add_api_key, key="key")) as http:
        post_json(http, f"http://127.0.0.1:{api.server_port}/a", b"[]", retries=1)
    return time.monotonic() - started


def in_three_seconds() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)


@pytest.mark.parametrize("retry_after", [lambda: "2", in_three_seconds], ids=["seconds", "date"])
def test_a_repeat_waits_as_long_as_it_is_asked_to(
    api: FakeApi, retry_after: Callable[[], str]
) -> None:
    api.retry_after = retry_after

    seconds = post_seconds(api)

    assert api.posts == 2
    assert seconds > 1.9


def test_a_very_late_retry_after_is_cut_to_two_minutes() -> None:
    state = RetryCallState(Retrying(), None, (), {})
    state.set_result(httpx.Response(503, headers={"Retry-After": "86400"}))

    assert _wait_seconds(state) == 120


def test_a_retry_after_that_says_nothing_is_passed_over(api: FakeApi) -> None:
    api.retry_after = lambda: "soon"

    post_seconds(api)

    assert api.posts == 2


def test_a_connection_that_breaks_is_repeated(api: FakeApi) -> None:
    post_seconds(api)

    assert api.posts == 2
