"""Authenticates the sender of a request: the source of its path."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.auth.api_keys import check_key
from ingestion.auth.principals import check_principal
from ingestion.auth.signed_requests import SignedRequests
from ingestion.catalog import Catalog
from ingestion.http.http_problem import HttpProblem
from ingestion.intake.submission import Caller


@dataclass(frozen=True)
class Callers:
    """Finds the caller of a request. `signed` is set if a source of the catalog signs."""

    catalog: Catalog
    api_key_digests: str
    signed: SignedRequests | None = None

    @contextmanager
    def source_of(self, request: APIGatewayProxyEvent, path: str) -> Iterator[Caller]:
        """Yield the source of the path while its request is processed. Raises HttpProblem.

        Refuses a credential of another source, and a credential of another kind than the catalog
        names.
        """
        name = self.catalog.name_by_path.get(path)
        if name is None:
            raise HttpProblem(HTTPStatus.NOT_FOUND, "no source has this path")
        source = self.catalog.sources[name]
        if source.auth == "hmac":
            signed = cast("SignedRequests", self.signed)  # Set because this source signs.
            with signed.verified(request, name) as delivery:
                yield Caller(name, source, delivery)
        elif source.auth == "iam":
            check_principal(request.request_context.identity.user_arn, source.principals)
            yield Caller(name, source)
        else:
            yield self.key_holder(request, name, "this source")

    def key_holder(self, request: APIGatewayProxyEvent, name: str, owner: str) -> Caller:
        """Return the caller of this name if the request holds its key. Raises HttpProblem."""
        check_key(request.headers, self.api_key_digests, [name], owner)
        return Caller(name, self.catalog.senders[name])
