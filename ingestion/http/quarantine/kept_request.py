"""A request as quarantine keeps it: the body exactly as it came, and what rules read beside it."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Self

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import BaseModel, ConfigDict

from ingestion.http.payloads import origin_of
from ingestion.http.problem import gateway_request_id
from ingestion.http.quarantine.kept_headers import kept_headers, kept_query
from ingestion.http.quarantine.reason import MAX_REASONS, Reason
from ingestion.http.request import body_bytes
from ingestion.intake.submission import Caller
from ingestion.mapping.rules import Rule
from ingestion.syntax.times import timestamp


class KeptRequest(BaseModel):
    """The object in S3. `body` is base64, and the headers' names are in lower case.

    `received_at` is the time of the first receipt if the sender identifies a repeated message.
    `reasons` are the first ones.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    request_id: str
    received_at: str
    reasons: list[Reason]
    headers: dict[str, str]
    query: dict[str, list[str]]
    body: str

    @classmethod
    def of(
        cls,
        request: APIGatewayProxyEvent,
        caller: Caller,
        received_at: datetime,
        rules: Sequence[Rule],
        ignored: Sequence[str],
        reasons: list[Reason],
    ) -> Self:
        """Return what is kept of a request of this caller."""
        first_receipt = timestamp(caller.first_receipt(received_at))
        readable = origin_of(request, first_receipt, caller.signature_header).headers
        return cls(
            source=caller.name,
            request_id=gateway_request_id(request),
            received_at=first_receipt,
            reasons=reasons[:MAX_REASONS],
            headers=kept_headers(readable, rules, ignored),
            query=kept_query(request.resolved_query_string_parameters),
            body=b64encode(body_bytes(request)).decode(),
        )

    @property
    def id(self) -> str:
        """Return the id of object and dead letter: the same for a request, whatever its reasons."""
        content = "\n".join((self.source, self.request_id, self.received_at, self.body))
        return sha256(content.encode()).hexdigest()[:32]

    def as_gateway_request(self) -> APIGatewayProxyEvent:
        """Return the request as the gateway passes it, for the reader of payloads."""
        return APIGatewayProxyEvent(
            {
                "headers": self.headers,
                "multiValueHeaders": {name: [value] for name, value in self.headers.items()},
                "queryStringParameters": None,
                "multiValueQueryStringParameters": self.query,
                "body": self.body,
                "isBase64Encoded": True,
            }
        )
