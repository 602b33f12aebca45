"""S3 stores the pointer, but the indexer receives the refusal of a repeated write."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from ingestion.handlers import indexer
from ingestion.search.pointer import POINTER_KEY
from tests.integration.search.platform import Act
from tests.support.factories import Json


@contextmanager
def response_lost(runtime: indexer.Runtime, act: Act, *, write: int = 1) -> Iterator[None]:
    """Act after this write of the pointer was stored, then answer it with 412.

    botocore repeats a write whose response was lost, and S3 refuses the repeat.
    """
    events, writes = runtime.commits.local.s3.meta.events, 0

    def note(params: Json, context: Json, **_: Any) -> None:
        context["is_pointer"] = params["Key"] == POINTER_KEY

    def refuse(context: Json, parsed: Json, http_response: Any, **_: Any) -> None:
        nonlocal writes
        writes += context["is_pointer"]
        if context["is_pointer"] and writes == write:
            act()
            http_response.status_code = 412
            parsed["ResponseMetadata"]["HTTPStatusCode"] = 412
            parsed["Error"] = {"Code": "PreconditionFailed", "Message": ""}

    hooks = {"provide-client-params.s3.PutObject": note, "after-call.s3.PutObject": refuse}
    for event, hook in hooks.items():
        events.register(event, hook)  # type: ignore[arg-type]
    try:
        yield
        assert writes >= write, f"the pointer was written {writes} times"
    finally:
        for event, hook in hooks.items():
            events.unregister(event, hook)  # type: ignore[arg-type]


@contextmanager
def stored_late(runtime: indexer.Runtime) -> Iterator[None]:
    """Answer writes of the pointer with 409, and store the first one at the third look at it.

    The first look begins the commit, and the second one follows the refused write.
    """
    s3 = runtime.commits.local.s3
    writes: list[Json] = []
    looks = 0

    def refuse(params: Json, **_: Any) -> None:
        if params["Key"] == POINTER_KEY and looks < 3:
            writes.append(dict(params))
            metadata: Any = {"HTTPStatusCode": 409}
            error: Any = {"Error": {"Code": "Conflict"}, "ResponseMetadata": metadata}
            raise ClientError(error, "PutObject")

    def store(params: Json, **_: Any) -> None:
        nonlocal looks
        looks += params["Key"] == POINTER_KEY
        if looks == 3 and writes:
            first = writes.pop(0)
            writes.clear()
            s3.put_object(**first)

    events = s3.meta.events
    events.register("provide-client-params.s3.PutObject", refuse)
    events.register("provide-client-params.s3.GetObject", store)
    try:
        yield
        assert looks >= 3, f"the pointer was read {looks} times"
    finally:
        events.unregister("provide-client-params.s3.PutObject", refuse)
        events.unregister("provide-client-params.s3.GetObject", store)
