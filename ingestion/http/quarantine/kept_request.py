"""A request as quarantine keeps it: the body exactly as it came, and what rules read beside it."""

from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from typing import Self

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json

from ingestion.catalog import Source
from ingestion.http.headers import header_values
from ingestion.http.payloads import origin_of
from ingestion.http.problem import gateway_request_id
from ingestion.http.quarantine.kept_headers import kept_headers, kept_query
from ingestion.http.quarantine.reason import MAX_REASONS, Reason
from ingestion.http.request import body_bytes
from ingestion.intake.submission import Caller
from ingestion.mapping.compiled import CompiledRules
from ingestion.mapping.language.reads import Path
from ingestion.syntax.times import timestamp


class KeptRequest(BaseModel):
    """The object in S3. `body` is base64, and the headers' names are in lower case.

    `received_at` is the time of the first receipt if the sender identifies a repeated message.
    `reasons` are the first ones. `outside` is that of the rules at the receipt: a redrive makes the
    same ids with it, whatever changed rules read.
    """

    model_config = ConfigDict(frozen=True)  # A later version may add fields.

    source: str
    request_id: str
    received_at: str
    reasons: list[Reason]
    headers: dict[str, list[str]]
    query: dict[str, list[str]]
    outside: dict[str, list[Path]] | None = None
    body: str

    @classmethod
    def of(
        cls,
        request: APIGatewayProxyEvent,
        caller: Caller,
        source: Source,
        rules: CompiledRules,
        received_at: datetime,
        reasons: list[Reason],
    ) -> Self:
        """Return what is kept of a request of this caller."""
        first_receipt = timestamp(caller.first_receipt(received_at))
        readable = origin_of(request, first_receipt, caller.signature_header).headers
        values = header_values(request)
        return cls(
            source=caller.name,
            request_id=gateway_request_id(request),
            received_at=first_receipt,
            reasons=reasons[:MAX_REASONS],
            headers={
                name: values[name]
                for name in kept_headers(readable, source.map, _texts_beside_rules(source))
            },
            query=kept_query(request.resolved_query_string_parameters),
            outside={entity: list(paths) for entity, paths in rules.outside.items()},
            body=b64encode(body_bytes(request)).decode(),
        )

    @property
    def id(self) -> str:
        """Return the id of object and dead letter: the same for a request, whatever its reasons."""
        beside = (self.headers, self.query, self.outside)
        content = to_json((self.source, self.request_id, self.received_at, *beside, self.body))
        return sha256(content).hexdigest()[:32]

    def as_gateway_request(self) -> APIGatewayProxyEvent:
        """Return the request as the gateway passes it, for the reader of payloads."""
        return APIGatewayProxyEvent(
            {
                "headers": {name: values[-1] for name, values in self.headers.items()},
                "multiValueHeaders": self.headers,
                "queryStringParameters": None,
                "multiValueQueryStringParameters": self.query,
                "body": self.body,
                "isBase64Encoded": True,
            }
        )


def _texts_beside_rules(source: Source) -> list[str]:
    """Return the expressions of `ignore` and of the handshake."""
    handshake = source.handshake
    return [*source.ignored, *((handshake.when, *handshake.answer.values()) if handshake else ())]
