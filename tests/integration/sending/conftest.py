"""The `ingest` command in a process of its own, and an API on loopback that a test controls."""

import json
import sys
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ingestion.cli import app
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.files.upload_url import PresignedUpload
from tests.support.factories import NOON, contract
from tests.support.servers import QuietHandler, serving
from tests.support.terminal.screen import Screen

RUN = (
    "import sys; from pathlib import Path; from ingestion.cli.app import main;"
    " from ingestion.cli.checkout import Checkout; main(Checkout(Path(sys.argv.pop(1))))"
)
KEY = "uploads/sourceB/unique/rows.csv"
Show = Callable[..., tuple[Screen, int]]
Run = Callable[..., Result]


class Api(ThreadingHTTPServer):
    """Accepts events, or responds with `status`. Waits for `free` after `free_requests`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = Lock()
        self.posts: list[list[Any]] = []
        self.requests: list[tuple[str, str | None]] = []  # Their paths and API keys.
        self.reads = 0
        self.puts = 0
        self.status = 202
        self.is_response_lost = False  # The bucket stores the file, and does not respond.
        self.is_bucket_slow = False  # The bucket responds when it is `free`.
        self.refuse_after = 1_000  # Requests. Later ones get 403.
        self.free_requests = 1_000
        self.free = Event()
        self.waits = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(QuietHandler):
    server: Api

    def do_POST(self) -> None:
        events = json.loads(self.body())
        with self.server.lock:
            self.server.posts.append(events)
            self.server.requests.append((self.path, self.headers["x-api-key"]))
            must_wait = len(self.server.posts) > self.server.free_requests
            if len(self.server.posts) > self.server.refuse_after:
                self.server.status = 403
        if must_wait:
            self.server.waits.set()
            self.server.free.wait(120)
        if not isinstance(events, list):
            self.answer_upload()
            return
        errors = [error | {"index": n} for n, event in enumerate(events) for error in faults(event)]
        bad = {error["index"] for error in errors}
        statuses = ["rejected" if n in bad else "accepted" for n, _ in enumerate(events)]
        found = [{"index": n, "status": status} for n, status in enumerate(statuses)]
        document = {"events": found, "errors": errors}
        self.answer(self.server.status, json.dumps(document).encode())

    def answer_upload(self) -> None:
        if self.server.status != 202:
            self.answer(self.server.status, b"{}")
            return
        presigned = PresignedUpload(
            url=f"{self.server.url}/bucket", headers={}, key=KEY, expires_at=NOON, max_bytes=1
        )
        self.answer(201, presigned.model_dump_json().encode())

    def do_PUT(self) -> None:
        self.body()
        with self.server.lock:
            self.server.puts += 1
        if self.server.is_bucket_slow:
            self.server.waits.set()
            self.server.free.wait(120)
        if not self.server.is_response_lost:
            self.answer(200, b"", x_amz_version_id="1")
        elif self.server.puts > 1:
            self.answer(412, b"")
        else:
            self.close_connection = True

    def do_GET(self) -> None:
        """Return that there is no report yet."""
        self.server.reads += 1
        self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")


def faults(event: Any) -> list[dict[str, Any]]:
    """Return what the API finds wrong: the word "bad", and fields that no contract has."""
    body = event["body"]
    unknown = "unknown field"
    found = [(f"body.{name}", unknown) for name in body if name not in contract()]
    found += [("body", "is too long")] if "bad" in body.values() else []
    return [{"reason": "invalid_entity", "field": f, "message": text} for f, text in found]


@pytest.fixture
def api() -> Iterator[Api]:
    with serving(Api()) as api:
        yield api
        api.free.set()


def unused_outputs(url: str) -> dict[str, Any]:
    """Return the outputs of a local environment at this URL, without AWS resources."""
    values: dict[Any, Any] = {str: "unused", dict[str, str]: {}, dict[str, Any]: {}}
    fields = Deployment.model_fields.items()
    outputs = {name: values[f.annotation] for name, f in fields if f.is_required()}
    names = ("sourceA", "sourceB", "sourceC")
    return outputs | {
        "api_url": url,
        "endpoint_url": url,
        "region": "eu-central-1",
        "api_keys": dict.fromkeys(names, "key"),
        "queue_urls": dict.fromkeys(names, "unused"),
    }


@pytest.fixture
def deployed(checkout: Checkout, api: Api) -> Checkout:
    """Return a checkout whose local environment is the API on loopback."""
    outputs = unused_outputs(api.url)
    file = checkout.outputs_file("local")
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(outputs))
    return checkout


@pytest.fixture
def run(deployed: Checkout) -> Run:
    """Return a function that runs `ingest …` in this process, and returns what it prints."""
    runner = CliRunner(env={"COLUMNS": "1000"})

    def invoke(*arguments: str, stdin: bytes = b"") -> Result:
        return runner.invoke(app.app, arguments, input=stdin, obj=deployed)

    return invoke


@pytest.fixture
def show(deployed: Checkout, tmp_path: Path) -> Show:
    """Return a function that runs `ingest …` in a terminal of 80 columns, and its exit code."""

    def run(*arguments: str, on_output: Callable[[int], None]) -> tuple[Screen, int]:
        screen = Screen(80)
        command: list[str | Path] = [sys.executable, "-c", RUN, deployed.root, *arguments]
        return screen, screen.run(command, directory=tmp_path, on_output=on_output)

    return run
