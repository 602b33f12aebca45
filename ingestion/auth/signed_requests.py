"""Lets in requests that are signed with a source's secret, each once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Self

import boto3
from aws_lambda_powertools import Logger

from ingestion.auth.replay_guard import AlreadyTaken, Claim, Claims
from ingestion.auth.secret_cache import SecretStore
from ingestion.auth.standard_webhooks import SIGNATURE, Unsigned, read
from ingestion.errors import TransientFailure
from ingestion.http.problem import Problem
from ingestion.intake.submission import Delivery
from ingestion.settings import CLIENT_CONFIG, WebhookSettings


@dataclass(frozen=True)
class Gate:
    """The secrets that sign, and the claims to what they have signed."""

    secrets: SecretStore
    claims: Claims

    @classmethod
    def build(cls, session: boto3.Session, settings: WebhookSettings) -> Self:
        """Build the gate with clients of the session."""
        secrets_manager = session.client("secretsmanager", config=CLIENT_CONFIG)
        secrets = SecretStore(secrets_manager, settings.secret_prefix)
        dynamodb = session.client("dynamodb", config=CLIENT_CONFIG)
        return cls(secrets, Claims(dynamodb, settings.claims_table_name, settings.claim_days))

    @contextmanager
    def let_in(
        self, source: str, headers: Mapping[str, list[str]], body: bytes
    ) -> Iterator[Delivery]:
        """Let a request in once; again where the work on it ends in a Problem.

        Raises Problem for a request that is not signed, was taken before, or cannot be judged now;
        also where it cannot be written down that it was taken: the answer, which may hold what is
        given once, is held back, and a repeat makes the same events.
        """
        claim, delivery = self._claim(source, headers, body)
        try:
            yield delivery
        except Problem:
            self.claims.release(claim)
            raise
        try:
            self.claims.settle(claim)
        except TransientFailure as error:
            Logger().warning("claim_not_ended", reason=str(error))
            detail = "the request cannot be remembered now: sign a repeat anew"
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error

    def _claim(
        self, source: str, headers: Mapping[str, list[str]], body: bytes
    ) -> tuple[Claim, Delivery]:
        now = datetime.now(UTC)
        try:
            signed = read(headers, now.timestamp())
            if not self.secrets.has_signed(source, signed, body):
                raise Unsigned(f"{SIGNATURE} must be made with a secret of this source's")
            claim = self.claims.claim(source, signed, now)
        except Unsigned as error:
            raise Problem(HTTPStatus.UNAUTHORIZED, str(error)) from error
        except AlreadyTaken as error:
            detail = "this request was taken before: sign a repeat anew"
            raise Problem(HTTPStatus.CONFLICT, detail) from error
        except TransientFailure as error:
            detail = "the signature cannot be checked now: repeat"
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error
        return claim, Delivery(signed.message_id, claim.first_received_at)
