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

from ingestion.auth.replay_guard import Claim, ReplayGuard
from ingestion.auth.secret_cache import SecretStore
from ingestion.auth.standard_webhooks import SIGNATURE, read
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
    def build(cls, session: boto3.Session, settings: WebhookSettings) -> Self:
        """Build the clients of the secrets and the claims."""
        secrets_manager = session.client("secretsmanager", config=CLIENT_CONFIG)
        secrets = SecretStore(secrets_manager, settings.secret_prefix)
        dynamodb = session.client("dynamodb", config=CLIENT_CONFIG)
        return cls(secrets, ReplayGuard(dynamodb, settings.claims_table_name, settings.claim_days))

    @contextmanager
    def verified(self, request: APIGatewayProxyEvent, source: str) -> Iterator[SignedMessage]:
        """Yield the message of a signed request. Complete its claim unless processing fails.

        Raises HttpProblem if the request is not signed, was accepted before, repeats an id with
        another body or cannot be checked now. Also raises HttpProblem if the claim cannot be
        completed: the sender must then retry, and the retry makes the same events.
        """
        claim, delivery = self._claim(request, source)
        try:
            yield delivery
        except HttpProblem:
            self.guard.release(claim)
            raise
        try:
            self.guard.complete(claim)
        except TransientFailure as error:
            Logger().warning("claim_not_ended", reason=str(error))
            detail = "the request cannot be recorded now: sign it again and retry"
            raise HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error

    def _claim(self, request: APIGatewayProxyEvent, source: str) -> tuple[Claim, SignedMessage]:
        if "ce-specversion" in request.headers:  # Proxies could change these headers.
            detail = "headers ce-… are not signed: use CloudEvents' structured or batch mode"
            raise HttpProblem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
        headers = request.raw_event["multiValueHeaders"]  # Powertools keeps one of each name.
        body, now = raw_body(request), datetime.now(UTC)
        try:
            signed = read(headers, now.timestamp())
            if not self.secrets.has_signed(source, signed, body):
                detail = f"{SIGNATURE} must be made with a live secret of this source"
                raise HttpProblem(HTTPStatus.UNAUTHORIZED, detail)
            claim = self.guard.claim(source, signed, body, now)
        except TransientFailure as error:
            detail = "the request is being processed or its signature cannot be checked now: retry"
            raise HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error
        return claim, SignedMessage(signed.message_id, claim.first_received_at)
