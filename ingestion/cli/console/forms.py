"""Reads the form of a POST. Runs the endpoint in a thread, as Starlette does for a GET."""

import sys
from collections.abc import Awaitable, Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

# Only the operator's own browser sends forms. A refusal here would lose what the operator typed.
_NO_LIMIT = sys.maxsize

Form = Mapping[str, str]


def with_form(act: Callable[[Request, Form], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a function that takes the fields of a form as texts."""

    async def endpoint(request: Request) -> Response:
        async with request.form(max_part_size=_NO_LIMIT) as form:
            texts = {name: value for name, value in form.items() if isinstance(value, str)}
        return await run_in_threadpool(act, request, texts)

    return endpoint
