"""Accepts requests that are signed with a source's secret, each once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Self

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.auth.replay_guard import Claim, Delivery, ReplayGuard
from ingestion.auth.secret_cache import SecretStore
from ingestion.auth.signatures import find_signature, read_signed
from ingestion.auth.source_secrets import bytes_of_secret
from ingestion.catalog import Catalog, Source
from ingestion.errors import TransientFailure
from ingestion.http.http_problem import HttpProblem
from ingestion.http.request import raw_body
from ingestion.intake.submission import SignedMessage
from ingestion.settings import CLIENT_CONFIG, WebhookSettings


@dataclass(frozen=True)
class SignedRequests:
    """Checks signatures against the secrets and claims each signed request once."""

    secrets: SecretStore
    guard: ReplayGuard

    @classmethod
    def build(cls, session: boto3.Session, settings: WebhookSettings, catalog: Catalog) -> Self:
        """Build the clients of the secrets and the claims."""

        def bytes_of(source: str, text: str) -> bytes:
            return bytes_of_secret(catalog.sources[source], text)

        secrets_manager = session.client("secretsmanager", config=CLIENT_CONFIG)
        secrets = SecretStore(secrets_manager, settings.secret_prefix, bytes_of)
        dynamodb = session.client("dynamodb", config=CLIENT_CONFIG)
        return cls(secrets, ReplayGuard(dynamodb, settings.claims_table_name, settings.claim_days))

    @contextmanager
    def verified(
        self, request: APIGatewayProxyEvent, name: str, source: Source
    ) -> Iterator[SignedMessage | None]:
        """Yield the message of a signed request. Complete its claim unless processing fails.

        A request without a signed time is not claimed: a repeat by its sender and by someone else
        look the same. The rules of its source read the time in the body, so it changes nothing.

        Raises HttpProblem if the request is not signed, was accepted before, repeats an id with
        another body or cannot be checked now. Also raises HttpProblem if the claim cannot be
        completed: the sender must then retry, and the retry makes the same events.
        """
        claim = self._claim(request, name, source)
        if claim is None:
            yield None
            return
        try:
            yield SignedMessage(claim.message_id, claim.first_received_at)
        except HttpProblem:
            self.guard.release(claim)
            raise
        try:
            self.guard.complete(claim)
        except TransientFailure as error:
            Logger().warning("claim_not_ended", reason=str(error))
            detail = "the request cannot be recorded now: sign it again and retry"
            raise HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error

    def _claim(self, request: APIGatewayProxyEvent, name: str, source: Source) -> Claim | None:
        """Return the claim of a request, after its signature was checked. Raises HttpProblem."""
        if "ce-specversion" in request.headers:  # Proxies could change these headers.
            detail = "headers ce-… are not signed: use CloudEvents' structured or batch mode"
            raise HttpProblem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
        headers = request.raw_event["multiValueHeaders"]  # Powertools keeps one of each name.
        scheme, now = source.scheme, datetime.now(UTC)
        signed = read_signed(scheme, headers, now.timestamp())
        body = raw_body(request)
        try:
            found = self.secrets.find(name, lambda live: find_signature(scheme, live, signed, body))
            if found is None:
                detail = f"{scheme.header} must be made with a live secret of this source"
                raise HttpProblem(HTTPStatus.UNAUTHORIZED, detail)
            if not scheme.signs_timestamp:
                return None
            delivery = Delivery(signed.message_id or found.hex(), int(signed.timestamp))
            return self.guard.claim(name, delivery, body, now)
        except TransientFailure as error:
            detail = "the request is being processed or its signature cannot be checked now: retry"
            raise HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error
