"""The two services of the hot paths: canned in the process, or 5 ms away on loopback."""

import asyncio
import io
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from aiohttp import web
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient

LATENCY_SECONDS = 0.005
_TAKEN = (
    "<member><MessageId>9f3c5b8e-6d0c-5b5e-8f5e-00000000000{0}</MessageId><Id>{0}</Id>"
    "<SequenceNumber>1000000000000000000{0}</SequenceNumber></member>"
)
_BATCH = (
    '<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult>'
    "<Failed/><Successful>{}</Successful></PublishBatchResult><ResponseMetadata>"
    "<RequestId>8a7f1d1c-5b8e-5f0e-9d0e-47b8c0000000</RequestId></ResponseMetadata>"
    "</PublishBatchResponse>"
)
_ONE = (
    b'<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>'
    b"<MessageId>9f3c5b8e-6d0c-5b5e-8f5e-000000000000</MessageId>"
    b"<SequenceNumber>10000000000000000000</SequenceNumber></PublishResult><ResponseMetadata>"
    b"<RequestId>8a7f1d1c-5b8e-5f0e-9d0e-47b8c0000000</RequestId></ResponseMetadata>"
    b"</PublishResponse>"
)


@cache
def _all_taken(count: int) -> bytes:
    return _BATCH.format("".join(map(_TAKEN.format, range(count)))).encode()


def _answer(body: bytes, target: str) -> bytes:
    """That all was taken, or stored."""
    if target:
        return b"{}"
    if not body.startswith(b"Action=PublishBatch"):
        return _ONE
    return _all_taken(body.count(b".MessageGroupId="))


class _Raw(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def answer_here(client: BaseClient, calls: Counter[str] | None = None) -> None:
    """Answer the client's calls before they are sent, and count them."""

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        body: Any = request.body
        target = request.headers.get("X-Amz-Target", "")
        content = _answer(body.encode() if isinstance(body, str) else body, target)
        if calls is not None:
            calls[client.meta.service_model.service_name] += 1
        headers: Any = {
            "x-amzn-requestid": "8a7f1d1c-5b8e-5f0e-9d0e-47b8c0000000",
            "content-type": "application/x-amz-json-1.0" if target else "text/xml",
            "content-length": str(len(content)),
            "date": "Sat, 31 Jan 2026 12:00:00 GMT",
        }
        return AWSResponse(request.url, 200, headers, _Raw(content))

    events: Any = client.meta.events
    events.register("before-send", answer)


@contextmanager
def far_away() -> Iterator[str]:
    """The address of both services, in a process of their own that answers after 5 ms."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", __name__, str(port)])
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


async def _serve(request: web.Request) -> web.Response:
    target = request.headers.get("X-Amz-Target", "")
    content = _answer(await request.read(), target)
    await asyncio.sleep(LATENCY_SECONDS)
    kind = "application/x-amz-json-1.0" if target else "text/xml"
    return web.Response(body=content, content_type=kind)


if __name__ == "__main__":
    app = web.Application(client_max_size=8 * 1024 * 1024)
    app.router.add_post("/", _serve)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
