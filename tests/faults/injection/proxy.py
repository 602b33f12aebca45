"""A proxy between the functions and the emulator that injects faults and records every put.

A call goes function → microburst (which injects the faults of its rules) → recorder → emulator. The
recorder sees the emulator's answer, even when the function does not receive the answer. Each
function has an address of its own, so that a fault can be limited to one function.
"""

import asyncio
import json
import logging
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, get_args

from aiohttp import ClientError, ClientSession, web
from microburst.app import make_app
from microburst.core.pipeline import Microburst
from microburst.rules import Rule, from_dict

from ingestion.store.table import ID
from tests.faults.injection.batches import (
    is_publish_batch,
    signed_headers,
    split_batch,
    with_failures,
)
from tests.faults.injection.faults import ActiveFaults, Function
from tests.faults.injection.processes import Processes
from tests.faults.injection.puts import Put, put_of

# Killed functions close their connections, so these errors are expected.
for name in ("aiohttp.server", "microburst"):
    logging.getLogger(name).setLevel(logging.CRITICAL)

HOST = "127.0.0.1"
MAX_BYTES = 16 * 1024**2
_CALL_ID = "amz-sdk-invocation-id"  # botocore sends this header with every attempt of a call.
_LENGTH = "x-recorded-length"  # microburst drops the length, but the answer to HEAD needs it.
_HOP = {"host", "content-length", "transfer-encoding", "connection"}


@dataclass
class FaultProxy:
    """Injects the active faults into the functions' calls, and records every put.

    `urls` has the address of each function. `puts` has the puts of one entity in the order of the
    table.
    """

    upstream: str
    processes: Processes
    faults: ActiveFaults = field(default_factory=ActiveFaults)
    puts: list[Put] = field(default_factory=list)
    urls: dict[Function, str] = field(default_factory=dict)
    _microbursts: dict[Function, Microburst] = field(default_factory=dict)
    _rules: list[tuple[str, dict[str, Any], Rule]] = field(default_factory=list)
    _caller_ports: dict[str, int] = field(default_factory=dict)
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
            asyncio.run_coroutine_threadsafe(self._stop(runners), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    @property
    def has_open_puts(self) -> bool:
        """Return whether a put is under way, whose answer is not recorded yet."""
        return any(lock.locked() for lock in list(self._locks.values()))

    def effect_of(self, fault: str) -> int:
        """Return how often a fault took effect so far."""
        of_rules: int = sum(rule.fired_count for name, _, rule in self._rules if name == fault)
        return self.faults.injected[fault] + of_rules

    def set_rules(self, rules: list[tuple[str, Function | None, dict[str, Any]]]) -> None:
        """Make microburst inject exactly these rules: the fault's name, the function, the rule.

        A rule that stays active keeps its count.
        """
        active = {id(spec): rule for _, spec, rule in self._rules}
        wanted = {id(spec) for _, _, spec in rules}
        for name, spec, rule in self._rules:
            self.faults.injected[name] += 0 if id(spec) in wanted else rule.fired_count
        rule_of = {id(spec): active.get(id(spec)) or from_dict(spec) for _, _, spec in rules}
        self._rules = [(name, spec, rule_of[id(spec)]) for name, _, spec in rules]
        for function, microburst in self._microbursts.items():
            microburst.engine.rules[:] = [
                rule_of[id(spec)] for _, only, spec in rules if only in (None, function)
            ]

    async def _start(self) -> list[web.AppRunner]:
        self._client = ClientSession(auto_decompress=False)
        runners: list[web.AppRunner] = []
        for function in get_args(Function):
            recorder = web.Application(client_max_size=MAX_BYTES)
            recorder.router.add_route("*", "/{path:.*}", partial(self._relay, function))
            inner, inner_url = await _serve(recorder)
            self._microbursts[function] = Microburst(inner_url)
            injector = make_app(self._microbursts[function])
            injector.middlewares.append(self._note_caller)
            injector.on_response_prepare.append(_restore_length)
            outer, self.urls[function] = await _serve(injector)
            runners += [outer, inner]
        return runners

    async def _stop(self, runners: list[web.AppRunner]) -> None:
        for runner in runners:
            await runner.cleanup()
        await self._client.close()

    @web.middleware
    async def _note_caller(self, request: web.Request, handler: Any) -> Any:
        call = request.headers.get(_CALL_ID, "")
        if request.transport:
            self._caller_ports[call] = request.transport.get_extra_info("peername")[1]
        try:
            return await handler(request)
        finally:
            self._caller_ports.pop(call, None)

    async def _relay(self, function: Function, request: web.Request) -> web.Response:
        body = await request.read()
        operation = _operation(request, body)
        if operation == "PutItem":
            response = await self._record_put(function, request, body)
        elif operation == "PublishBatch" and (
            fault := self.faults.drawn(self.faults.partials, function)
        ):
            response = await self._forward_in_part(fault, function, request, body)
        else:
            response = await self._forward(function, request, body)
        port = self._caller_ports.get(request.headers.get(_CALL_ID, ""))
        for strike in self.faults.due_strikes(function, operation):
            if port and await asyncio.to_thread(self.processes.signal, port, strike.signal):
                self.faults.injected[strike.chance.fault] += 1
        return response

    async def _record_put(
        self, function: Function, request: web.Request, body: bytes
    ) -> web.Response:
        item = json.loads(body)["Item"]
        # The lock keeps the recorded puts of one entity in the order of the table.
        async with self._locks[item[ID]["S"]]:
            if self.faults.is_table_cut_off:
                return _hang_up(request)
            response = await self._forward(function, request, body)
            self.puts.append(put_of(item, response.status, response.text or ""))
        return response

    async def _forward_in_part(
        self, fault: str, function: Function, request: web.Request, body: bytes
    ) -> web.Response:
        """Publish some entries, and answer that the others failed."""
        accepted, failed = split_batch(body)
        response = await self._forward(function, request, accepted)
        response.text = with_failures(response.text or "", failed)
        self.faults.injected[fault] += bool(failed)
        return response

    async def _forward(self, function: Function, request: web.Request, body: bytes) -> web.Response:
        url = self.urls[function]
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _HOP}
        headers["Host"] = url.removeprefix("http://")  # The host that the caller signed.
        if body != await request.read():
            headers = signed_headers(f"{url}/", body)
        try:
            async with self._client.request(
                request.method, f"{self.upstream}{request.rel_url}", data=body, headers=headers
            ) as answer:
                kept = {k: v for k, v in answer.headers.items() if k.lower() not in _HOP}
                kept[_LENGTH] = answer.headers.get("Content-Length", "0")
                return web.Response(status=answer.status, headers=kept, body=await answer.read())
        except (ClientError, OSError):
            return _hang_up(request)


async def _restore_length(request: web.Request, response: web.StreamResponse) -> None:
    length = response.headers.pop(_LENGTH, None)
    if length and request.method == "HEAD":
        response.headers["Content-Length"] = length


async def _serve(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    port = runner.addresses[0][1]
    return runner, f"http://{HOST}:{port}"


def _hang_up(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response(status=502)


def _operation(request: web.Request, body: bytes) -> str:
    target = request.headers.get("X-Amz-Target", "")
    if target:
        return target.rpartition(".")[2]
    if is_publish_batch(body):
        return "PublishBatch"
    return "PutObject" if request.method == "PUT" else ""
