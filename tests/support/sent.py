"""Records the requests of a client, and answers them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient

ANSWERS = {
    "dynamodb": b"{}",
    "sns": b"<PublishBatchResponse><PublishBatchResult/></PublishBatchResponse>",
}


@contextmanager
def sent_by(one: BaseClient, status: int = 200) -> Iterator[list[AWSPreparedRequest]]:
    """Yield the requests of the client within the block. Each gets the status and a valid body."""
    requests: list[AWSPreparedRequest] = []
    service = one.meta.service_model.service_name

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        requests.append(request)
        made = AWSResponse(request.url, status, {}, None)  # type: ignore[arg-type]
        made._content = ANSWERS[service]  # type: ignore[attr-defined]
        return made

    events: Any = one.meta.events
    events.register("before-send", answer)
    try:
        yield requests
    finally:
        events.unregister("before-send", answer)


def words(value: str | bytes) -> str:
    """Return the text of a body or a header, which botocore keeps as text or bytes."""
    return value if isinstance(value, str) else value.decode()
