"""Many threads share a client of AWS, as the pages of the console do."""

import logging
from concurrent.futures import ThreadPoolExecutor
from http.server import ThreadingHTTPServer
from threading import Barrier

import pytest

from ingestion.cli.environment import new_client
from tests.support.servers import QuietHandler, serving

THREADS = 10 + 16  # Of a read of the status, and of a read of dead letters.


class Queues(ThreadingHTTPServer):
    """Answers only when all threads have asked."""

    request_queue_size = THREADS
    all_asked = Barrier(THREADS)


class Handler(QuietHandler):
    protocol_version = "HTTP/1.1"
    server: Queues

    def do_POST(self) -> None:
        self.body()
        self.server.all_asked.wait(120)
        self.answer(200, b"{}")


def test_calls_at_once_print_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "urllib3")
    with serving(Queues(("127.0.0.1", 0), Handler)) as server:
        client = new_client("sqs", "eu-west-1", f"http://127.0.0.1:{server.server_port}")
        with ThreadPoolExecutor(THREADS) as pool:
            answers = list(pool.map(lambda _: client.list_queues(), range(THREADS)))
        client.close()

    assert len(answers) == THREADS
    assert caplog.messages == []
