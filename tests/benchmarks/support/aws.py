"""SNS and DynamoDB with canned responses, in the process or 5 ms away on loopback."""

import asyncio
import io
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, cast

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient

LATENCY_SECONDS = 0.005
_ACCEPTED = (
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
def _all_accepted(count: int) -> bytes:
    return _BATCH.format("".join(map(_ACCEPTED.format, range(count)))).encode()


def _answer(body: bytes, target: str) -> bytes:
    """Return that everything was accepted or stored."""
    if target:
        return b"{}"
    if not body.startswith(b"Action=PublishBatch"):
        return _ONE
    return _all_accepted(body.count(b".MessageGroupId="))


class _Raw(io.BytesIO):
    """A body in the form that botocore reads."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def respond_here(client: BaseClient, calls: Counter[str] | None = None) -> None:
    """Respond to the client's calls before they are sent, and count the calls."""

    def respond(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
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
    events.register("before-send", respond)


@contextmanager
def far_away() -> Iterator[str]:
    """Serve both services in another process with 5 ms latency, and yield the address."""
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


class _Service(asyncio.Protocol):
    """A minimal HTTP server, because its own CPU time would add to the latency."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        if not end or not length or len(body) < int(length[1]):
            return
        self._received = b""
        is_json = b"x-amz-target:" in head.lower()
        content = _answer(body, "PutItem" if is_json else "")
        kind = b"application/x-amz-json-1.0" if is_json else b"text/xml"
        lines = (b"HTTP/1.1 200 OK", b"Content-Type: " + kind, b"Content-Length: %d" % len(content))
        response = b"\r\n".join([*lines, b"", content])
        asyncio.get_running_loop().call_later(LATENCY_SECONDS, self._transport.write, response)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Service, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(int(sys.argv[1])))
