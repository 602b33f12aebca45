"""Authenticates the sender of a request: the source of its path."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self, cast

import boto3
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.auth.api_keys import check_key
from ingestion.auth.principals import check_principal
from ingestion.auth.signed_requests import SignedRequests
from ingestion.auth.standard_webhooks import SIGNATURE
from ingestion.catalog import Catalog
from ingestion.http.http_problem import HttpProblem
from ingestion.intake.submission import Caller
from ingestion.settings import SHORT_READ_CONFIG, ApiSettings, WebhookSettings
from ingestion.store.closed_sources import ClosedSources, ClosedSourcesCache


@dataclass(frozen=True)
class Callers:
    """Finds the caller of a request. `signed` is set if a source of the catalog signs."""

    catalog: Catalog
    api_key_digests: str
    closed: ClosedSourcesCache
    signed: SignedRequests | None = None

    @classmethod
    def build(cls, session: boto3.Session, settings: ApiSettings, catalog: Catalog) -> Self:
        """Build what the sources of the catalog need."""

        def closed_sources() -> ClosedSources:
            dynamodb = session.client("dynamodb", config=SHORT_READ_CONFIG)
            return ClosedSources(dynamodb, settings.table_name)

        is_signed = any(source.auth == "hmac" for source in catalog.sources.values())
        signed = SignedRequests.build(session, WebhookSettings()) if is_signed else None
        return cls(catalog, settings.api_key_digests, ClosedSourcesCache(closed_sources), signed)

    @contextmanager
    def source_of(self, request: APIGatewayProxyEvent, path: str) -> Iterator[Caller]:
        """Yield the source of the path while its request is processed. Raises HttpProblem.

        Refuses all requests to a closed source, a credential of another source, and a credential of
        another kind than the catalog names.
        """
        name = self.catalog.name_by_path.get(path)
        if name is None:
            raise HttpProblem(HTTPStatus.NOT_FOUND, "no source has this path")
        self._require_open(name)
        source = self.catalog.sources[name]
        if source.auth == "hmac":
            signed = cast("SignedRequests", self.signed)  # Set because this source signs.
            with signed.verified(request, name) as delivery:
                yield Caller(name, source, delivery, SIGNATURE)
        elif source.auth == "iam":
            check_principal(request.request_context.identity.user_arn, source.principals)
            yield Caller(name, source)
        else:
            yield self.key_holder(request, name, "this source")

    def key_holder(self, request: APIGatewayProxyEvent, name: str, owner: str) -> Caller:
        """Return the caller of this name if the request holds its key. Raises HttpProblem."""
        check_key(request.headers, self.api_key_digests, [name], owner)
        return Caller(name, self.catalog.senders[name])

    def check_any_key(self, request: APIGatewayProxyEvent) -> None:
        """Raise HttpProblem unless the request holds a key of any source or of the operator."""
        check_key(request.headers, self.api_key_digests, self.catalog.senders, "a source")

    def _require_open(self, name: str) -> None:
        """Raise HttpProblem for a closed source, before a signed request is claimed."""
        if closing := self.closed.find(name):
            detail = "the operator closed this source: repeat the request after Retry-After"
            headers = {"Retry-After": str(closing.retry_after_seconds)}
            raise HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers)
