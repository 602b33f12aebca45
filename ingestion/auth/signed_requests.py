"""Accepts requests that are signed with a source's secret, each once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.auth.replay_guard import AcceptedBefore, Attempt, Claim, ReplayGuard
from ingestion.auth.secret_cache import SecretStore
from ingestion.auth.signatures import Signed, content_digest, find_signature, read_signed
from ingestion.catalog import Source
from ingestion.errors import TransientFailure
from ingestion.http.http_problem import HttpProblem
from ingestion.http.problem import gateway_request_id
from ingestion.http.request import raw_body
from ingestion.intake.submission import SignedMessage
from ingestion.settings import CLIENT_CONFIG, WebhookSettings

if TYPE_CHECKING:
    from ingestion.catalog.signature import Scheme

Process = Callable[[SignedMessage | None], Response[str]]


@dataclass(frozen=True)
class SignedRequests:
    """Checks signatures against the secrets and claims each signed request once."""

    secrets: SecretStore
    guard: ReplayGuard

    @classmethod
    def build(cls, session: boto3.Session, settings: WebhookSettings, secrets: SecretStore) -> Self:
        """Build the client of the claims."""
        dynamodb = session.client("dynamodb", config=CLIENT_CONFIG)
        return cls(secrets, ReplayGuard(dynamodb, settings.claims_table_name, settings.claim_days))

    def process_once(
        self, request: APIGatewayProxyEvent, name: str, source: Source, process: Process
    ) -> Response[str]:
        """Return what `process` answers to the message of a signed request, and claim the request.

        Completes the claim unless `process` raises HttpProblem. For a request that was accepted
        before, `process` gets the status of the response, and must do nothing again. A request
        without a signed time is not claimed: the platform cannot distinguish a retry from a
        replay. Each rule reads the time in the body, so a repeat stores nothing newer.

        Raises HttpProblem if the request is not signed, repeats an id with another body or cannot
        be checked now. Also raises HttpProblem if the claim cannot be completed: the sender must
        then retry, and the retry makes the same events.
        """
        try:
            claim = self._claim(request, name, source)
        except AcceptedBefore as accepted:
            Logger().info("request_repeated", source=name, request_id=gateway_request_id(request))
            message = SignedMessage(
                accepted.message_id, accepted.first_received_at, accepted.status
            )
            return process(message)
        if claim is None:
            return process(None)
        try:
            response = process(SignedMessage(claim.message_id, claim.first_received_at))
        except HttpProblem:
            self.guard.release(claim)
            raise
        self._complete(claim, response.status_code)
        return response

    def _complete(self, claim: Claim, status: int) -> None:
        try:
            self.guard.complete(claim, status)
        except TransientFailure as error:
            Logger().warning("claim_not_completed", reason=str(error))
            detail = "the request cannot be recorded now: sign it again and retry"
            raise HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error

    def _claim(self, request: APIGatewayProxyEvent, name: str, source: Source) -> Claim | None:
        """Return the claim of a request, after its signature was checked.

        Raises HttpProblem and AcceptedBefore.
        """
        # Without rules, headers ce-… would make the event, and someone could change them.
        if "ce-specversion" in request.headers and not source.map:
            detail = "headers ce-… are not signed: use CloudEvents' structured or batch mode"
            raise HttpProblem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
        headers = request.raw_event["multiValueHeaders"]  # Powertools keeps one of each name.
        scheme, now = source.scheme, datetime.now(UTC)
        signed = read_signed(scheme, headers, now.timestamp())
        body = raw_body(request)
        self._verify(name, scheme, signed, body)
        if not scheme.signs_timestamp:
            return None
        message_id = signed.message_id or content_digest(scheme, signed, body)
        attempt = Attempt(message_id, int(signed.timestamp))
        try:
            return self.guard.claim(name, attempt, body, now)
        except TransientFailure as error:
            detail = "the claim of the request cannot be written now: repeat it after Retry-After"
            raise HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error

    def _verify(self, name: str, scheme: "Scheme", signed: Signed, body: bytes) -> None:
        """Raise HttpProblem unless a live secret made a signature."""
        try:
            found = self.secrets.find(name, lambda live: find_signature(scheme, live, signed, body))
        except TransientFailure as error:
            detail = "the source's secrets cannot be read now: repeat the request after Retry-After"
            raise HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error
        if found is None:
            detail = f"{scheme.header} must be made with a live secret of this source"
            raise HttpProblem(HTTPStatus.UNAUTHORIZED, detail)
