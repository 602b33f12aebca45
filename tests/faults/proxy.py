"""A proxy between the functions and the emulator that injects faults and records every put.

A call goes function → microburst (which injects the faults of its rules) → recorder → emulator. The
recorder sees the emulator's answer, even when the function does not receive the answer.
"""

import asyncio
import json
import logging
import random
import signal
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

import psutil
from aiohttp import ClientError, ClientSession, web
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from microburst.app import make_app
from microburst.core.pipeline import Microburst
from microburst.rules import Rule, from_dict

from ingestion.store.table import EVENT, ID

# Killed functions close their connections, so these errors are expected.
for name in ("aiohttp.server", "microburst"):
    logging.getLogger(name).setLevel(logging.CRITICAL)

HOST = "127.0.0.1"
MAX_BYTES = 1024**2
_CALL_ID = "amz-sdk-invocation-id"  # botocore sends this header with every attempt of a call.
_ENTRY = "PublishBatchRequestEntries.member."
_HOP = {"host", "content-length", "transfer-encoding", "connection"}


class Result(StrEnum):
    """The table's answer to a put."""

    WRITTEN = "written"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Version(NamedTuple):
    """The attributes that decide which of two events of an entity is newer."""

    time: str
    id: str
    source: str


class Put(NamedTuple):
    """One conditional put as the table answered. `held` is the version that made it refuse."""

    at: float
    key: str
    version: Version
    result: Result
    held: Version | None = None


class Strike(NamedTuple):
    """A signal to the process that makes the call, sent when the call has taken effect.

    The first such call is always followed by the signal.
    """

    fault: str
    operation: str
    signal: signal.Signals
    probability: float


@dataclass
class FaultProxy:
    """Injects faults, counts them by name (`injected`), and records every put.

    `puts` has the puts of one entity in the order of the table. `family` returns the processes that
    may get a signal. While `is_table_cut_off` is set, no put reaches the table.
    """

    upstream: str
    family: Callable[[], list[psutil.Process]]
    puts: list[Put] = field(default_factory=list)
    injected: Counter[str] = field(default_factory=Counter)
    strikes: list[Strike] = field(default_factory=list)
    partials: dict[str, float] = field(default_factory=dict)
    is_table_cut_off: bool = False
    url: str = ""
    _rules: list[tuple[str, dict[str, Any], Rule]] = field(default_factory=list)
    _callers: dict[str, int] = field(default_factory=dict)
    _locks: defaultdict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )

    @contextmanager
    def running(self) -> Iterator["FaultProxy"]:
        """Serve on loopback until the end of the block."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        runners = asyncio.run_coroutine_threadsafe(self._start(), loop).result()
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(_stop(runners), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def set_rules(self, rules: list[tuple[str, dict[str, Any]]]) -> None:
        """Make microburst inject the faults of exactly these rules, each with its name.

        A rule that stays active keeps its count.
        """
        active = {id(spec): rule for _, spec, rule in self._rules}
        wanted = {id(spec) for _, spec in rules}
        for name, spec, rule in self._rules:
            self.injected[name] += 0 if id(spec) in wanted else rule.fired_count
        self._rules = [(n, spec, active.get(id(spec)) or from_dict(spec)) for n, spec in rules]
        self._microburst.engine.rules[:] = [rule for _, _, rule in self._rules]

    async def _start(self) -> list[web.AppRunner]:
        recorder = web.Application(client_max_size=MAX_BYTES)
        recorder.router.add_route("*", "/{path:.*}", self._relay)
        recorder.cleanup_ctx.append(self._session)
        inner, inner_url = await _serve(recorder)
        self._microburst = Microburst(inner_url)
        faults = make_app(self._microburst)
        faults.middlewares.append(self._note_caller)
        outer, self.url = await _serve(faults)
        return [outer, inner]

    async def _session(self, _: web.Application) -> Any:
        async with ClientSession(auto_decompress=False) as self._client:
            yield

    @web.middleware
    async def _note_caller(self, request: web.Request, handler: Any) -> Any:
        call = request.headers.get(_CALL_ID, "")
        if request.transport:
            self._callers[call] = request.transport.get_extra_info("peername")[1]
        try:
            return await handler(request)
        finally:
            self._callers.pop(call, None)

    async def _relay(self, request: web.Request) -> web.Response:
        body = await request.read()
        operation = _operation(request, body)
        if operation == "PutItem":
            item = json.loads(body)["Item"]
            # The lock keeps the recorded puts of one entity in the order of the table.
            async with self._locks[item[ID]["S"]]:
                if self.is_table_cut_off:
                    return _hang_up(request)
                response = await self._forward(request, body)
                self.puts.append(_put(item, response))
        elif operation == "PublishBatch" and (name := self._partial()):
            response = await self._forward_in_part(request, body)
            self.injected[name] += 1
        else:
            response = await self._forward(request, body)
        for strike in self.strikes:
            is_due = not self.injected[strike.fault] or random.random() < strike.probability
            if strike.operation == operation and is_due:
                await asyncio.to_thread(self._strike, strike, request.headers.get(_CALL_ID, ""))
        return response

    def _partial(self) -> str | None:
        return next((name for name, p in self.partials.items() if random.random() < p), None)

    async def _forward(self, request: web.Request, body: bytes) -> web.Response:
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _HOP}
        headers["Host"] = self.url.removeprefix("http://")  # The host that the caller signed.
        if body != await request.read():
            headers = _signed(f"{self.url}/", body)
        url = f"{self.upstream}{request.rel_url}"
        try:
            async with self._client.request(
                request.method, url, data=body, headers=headers
            ) as answer:
                kept = {k: v for k, v in answer.headers.items() if k.lower() not in _HOP}
                return web.Response(status=answer.status, headers=kept, body=await answer.read())
        except (ClientError, OSError):
            return _hang_up(request)

    async def _forward_in_part(self, request: web.Request, body: bytes) -> web.Response:
        """Publish some entries, and answer that the others failed."""
        entries: dict[str, dict[str, str]] = defaultdict(dict)
        rest: dict[str, str] = {}
        for name, value in parse_qsl(body.decode()):
            number, _, member = name.removeprefix(_ENTRY).partition(".")
            if name.startswith(_ENTRY):
                entries[number][member] = value
            else:
                rest[name] = value
        failed = [entry for entry in entries.values() if random.random() < 0.5]
        accepted = [entry for entry in entries.values() if entry not in failed] or [failed.pop()]
        for place, entry in enumerate(accepted, 1):
            rest |= {f"{_ENTRY}{place}.{member}": value for member, value in entry.items()}
        response = await self._forward(request, urlencode(rest).encode())
        members = "".join(
            f"<member><Id>{entry['Id']}</Id><Code>InternalError</Code>"
            "<SenderFault>false</SenderFault></member>"
            for entry in failed
        )
        text = response.text or ""
        text = text.replace("<Failed/>", "").replace("<Failed></Failed>", "")
        text = text.replace(
            "</PublishBatchResult>", f"<Failed>{members}</Failed></PublishBatchResult>"
        )
        response.text = text
        return response

    def _strike(self, strike: Strike, call: str) -> None:
        port = self._callers.get(call)
        for process in self.family():
            try:
                ports = {connection.laddr.port for connection in process.net_connections("tcp4")}
                if port in ports:
                    process.send_signal(strike.signal)
                    self.injected[strike.fault] += 1
                    return
            except psutil.Error:  # The process has already ended.
                continue


async def _serve(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    port = runner.addresses[0][1]
    return runner, f"http://{HOST}:{port}"


async def _stop(runners: list[web.AppRunner]) -> None:
    for runner in runners:
        await runner.cleanup()


def _hang_up(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response(status=502)


def _signed(url: str, body: bytes) -> dict[str, str]:
    """Return headers for a changed SNS call, signed with the emulator's credentials."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    call = AWSRequest("POST", url, headers=form, data=body)
    SigV4Auth(Credentials("test", "test"), "sns", "us-east-1").add_auth(call)
    return dict(call.headers)


def _operation(request: web.Request, body: bytes) -> str:
    target = request.headers.get("X-Amz-Target", "")
    if target:
        return target.rpartition(".")[2]
    return "PublishBatch" if body.startswith(b"Action=PublishBatch&") else ""


def _put(item: dict[str, Any], response: web.Response) -> Put:
    version = _version(item)
    if response.status == 200:
        return Put(time.time(), item[ID]["S"], version, Result.WRITTEN)
    refusal = json.loads(response.text or "{}") if response.status == 400 else {}
    if "ConditionalCheckFailed" in refusal.get("__type", ""):
        return Put(time.time(), item[ID]["S"], version, Result.REFUSED, _version(refusal["Item"]))
    return Put(time.time(), item[ID]["S"], version, Result.UNKNOWN)


def _version(item: dict[str, Any]) -> Version:
    event = item[EVENT]["M"]
    return Version(*(event[name]["S"] for name in Version._fields))
