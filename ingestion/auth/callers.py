"""Authenticates the sender of a request: the source of its path."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self, cast

import boto3
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.auth.api_keys import check_key
from ingestion.auth.authorization import check_authorization
from ingestion.auth.principals import check_principal
from ingestion.auth.signed_requests import SignedRequests
from ingestion.auth.source_secrets import has_secret
from ingestion.catalog import Catalog
from ingestion.http.http_problem import HttpProblem
from ingestion.intake.submission import Caller
from ingestion.settings import SHORT_READ_CONFIG, ApiSettings, WebhookSettings
from ingestion.store.closed_sources import ClosedSources, ClosedSourcesCache


@dataclass(frozen=True)
class Callers:
    """Finds the caller of a request. `signed` is set if a source of the catalog has a secret."""

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

        signed = None
        if any(map(has_secret, catalog.sources.values())):
            signed = SignedRequests.build(session, WebhookSettings(), catalog)
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
        signed = cast("SignedRequests", self.signed)  # Set if this source has a secret.
        if source.auth == "hmac":
            with signed.verified(request, name, source) as delivery:
                yield Caller(name, source, delivery, source.scheme.header.lower())
        elif source.auth in ("basic", "bearer"):
            headers = request.raw_event["multiValueHeaders"]
            check_authorization(headers, source.auth, name, signed.secrets)
            yield Caller(name, source)
        elif source.auth == "iam":
            check_principal(request.request_context.identity.user_arn, source.principals)
            yield Caller(name, source)
        else:
            yield self.key_holder(request, name, "this source")

    @contextmanager
    def uploader_of(self, request: APIGatewayProxyEvent, path: str) -> Iterator[Caller]:
        """Yield the source of the path as `source_of` does. Raises HttpProblem.

        Refuses a source that signs no timestamp: who recorded a request could send it again, and
        put another file under the URL of the response.
        """
        with self.source_of(request, path) as caller:
            source = self.catalog.sources[caller.name]
            if source.auth == "hmac" and not source.scheme.signs_timestamp:
                detail = "this source signs no timestamp, so it cannot upload files"
                raise HttpProblem(HTTPStatus.FORBIDDEN, detail)
            yield caller

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
