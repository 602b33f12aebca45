"""Finds out who sends a request: the source of its path, if the credential proves that."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.auth.api_keys import check_key
from ingestion.auth.principals import check_principal
from ingestion.auth.signed_requests import Gate
from ingestion.catalog import Catalog
from ingestion.http.problem import Problem
from ingestion.http.request import raw_body
from ingestion.intake.submission import Caller


@dataclass(frozen=True)
class Callers:
    """Finds the caller of a request. `gate` is set if a source of the catalog signs."""

    catalog: Catalog
    api_key_digests: str
    gate: Gate | None = None

    def source_of(self, request: APIGatewayProxyEvent, path: str) -> AbstractContextManager[Caller]:
        """Return the source of the path, for as long as the request is worked on. Raises Problem.

        The credential of one source is refused on the path of another, and so is a credential of
        another kind than the catalog names.
        """
        name = self.catalog.name_by_path.get(path)
        if name is None:
            raise Problem(HTTPStatus.NOT_FOUND, "no source has this path")
        source = self.catalog.sources[name]
        if source.auth == "hmac":
            return self._signer(request, name)
        if source.auth == "iam":
            check_principal(request.request_context.identity.user_arn, source.principals)
            return nullcontext(Caller(name, source))
        return nullcontext(self.key_holder(request, name, "this source"))

    def key_holder(self, request: APIGatewayProxyEvent, name: str, owner: str) -> Caller:
        """Return the caller of this name if the request holds a key of theirs. Raises Problem."""
        check_key(request.headers, self.api_key_digests, [name], owner)
        return Caller(name, self.catalog.lanes[name])

    @contextmanager
    def _signer(self, request: APIGatewayProxyEvent, name: str) -> Iterator[Caller]:
        if "ce-specversion" in request.headers:  # Whoever carries the request could change them.
            detail = "headers ce-… are not signed: use CloudEvents' structured or batch mode"
            raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
        gate = cast("Gate", self.gate)  # Set, because this source signs.
        headers = request.raw_event["multiValueHeaders"]  # Powertools keeps one of each name.
        with gate.let_in(name, headers, raw_body(request)) as delivery:
            yield Caller(name, self.catalog.lanes[name], delivery)
