"""What a client sends, which is answered here."""

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
    """What the client sends meanwhile, answered with the status and that all went well."""
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


def words(it: str | bytes) -> str:
    """A body's or a header's text, which botocore holds either way."""
    return it if isinstance(it, str) else it.decode()
