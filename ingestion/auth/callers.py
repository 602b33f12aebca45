"""Authenticates the sender of a request: the source of its path."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Self

import boto3
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.auth.api_keys import check_key
from ingestion.auth.authorization import check_authorization
from ingestion.auth.principals import check_principal
from ingestion.auth.secret_cache import SecretStore
from ingestion.auth.signed_requests import SignedRequests
from ingestion.auth.source_secrets import bytes_of_secret, has_secret
from ingestion.catalog import Catalog
from ingestion.http.http_problem import HttpProblem
from ingestion.intake.submission import Caller, SignedMessage
from ingestion.settings import CLIENT_CONFIG, SHORT_READ_CONFIG, ApiSettings, WebhookSettings
from ingestion.store.closed_sources import ClosedSources, ClosedSourcesCache

Process = Callable[[Caller], Response[str]]


@dataclass(frozen=True)
class Callers:
    """Finds the caller of a request."""

    catalog: Catalog
    api_key_digests: str
    closed: ClosedSourcesCache
    session: boto3.Session

    @classmethod
    def build(cls, session: boto3.Session, settings: ApiSettings, catalog: Catalog) -> Self:
        """Build what the sources of the catalog need."""

        def closed_sources() -> ClosedSources:
            dynamodb = session.client("dynamodb", config=SHORT_READ_CONFIG)
            return ClosedSources(dynamodb, settings.table_name)

        callers = cls(
            catalog, settings.api_key_digests, ClosedSourcesCache(closed_sources), session
        )
        if any(map(has_secret, catalog.sources.values())):
            _ = callers.signed  # Builds the clients while Lambda initialises.
        return callers

    @cached_property
    def secrets(self) -> SecretStore:
        """Return the live secrets of the sources, whose settings exist only if one has a secret."""

        def bytes_of(source: str, text: str) -> bytes:
            return bytes_of_secret(self.catalog.sources[source], text)

        client = self.session.client("secretsmanager", config=CLIENT_CONFIG)
        return SecretStore(client, WebhookSettings().secret_prefix, bytes_of)

    @cached_property
    def signed(self) -> SignedRequests:
        """Return what checks signed requests. Its settings exist only if a source has a secret."""
        return SignedRequests.build(self.session, WebhookSettings(), self.secrets)

    def serve(self, request: APIGatewayProxyEvent, path: str, process: Process) -> Response[str]:
        """Return what `process` answers to the source of the path. Raises HttpProblem.

        Refuses all requests to a closed source, a credential of another source, and a credential of
        another kind than the catalog names.
        """
        name = self.catalog.name_by_path.get(path)
        if name is None:
            raise HttpProblem(HTTPStatus.NOT_FOUND, "no source has this path")
        self._require_open(name)
        source = self.catalog.sources[name]
        if source.auth == "hmac":
            header = source.scheme.header.lower()

            def process_message(message: SignedMessage | None) -> Response[str]:
                return process(Caller(name, source, message, header))

            return self.signed.process_once(request, name, source, process_message)
        if source.auth in ("basic", "bearer"):
            headers = request.raw_event["multiValueHeaders"]
            check_authorization(headers, source.auth, name, self.secrets)
        elif source.auth == "iam":
            check_principal(request.request_context.identity.user_arn, source.principals)
        else:
            return process(self.key_holder(request, name, "this source"))
        return process(Caller(name, source))

    def serve_uploader(
        self, request: APIGatewayProxyEvent, path: str, process: Process
    ) -> Response[str]:
        """Return what `process` answers to the source of the path as `serve` does.

        Refuses a source that signs no timestamp: someone who recorded a request could send it
        again, and put another file under the URL of the response. For the same reason refuses an
        exact repeat.
        """

        def process_new(caller: Caller) -> Response[str]:
            source = self.catalog.sources[caller.name]
            if source.auth == "hmac" and not source.scheme.signs_timestamp:
                detail = "this source signs no timestamp, so it cannot upload files"
                raise HttpProblem(HTTPStatus.FORBIDDEN, detail)
            if caller.accepted_with:
                detail = "this request was already accepted: sign it again to get another URL"
                raise HttpProblem(HTTPStatus.CONFLICT, detail)
            return process(caller)

        return self.serve(request, path, process_new)

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
