"""Who sends a request: whoever's path it is, if the credential shows that."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from http import HTTPStatus
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.auth.api_keys import check_key
from ingestion.auth.principals import check_principal
from ingestion.http.problem import Problem
from ingestion.http.request import raw_body
from ingestion.intake.submission import Caller
from ingestion.settings import api_settings, catalog

if TYPE_CHECKING:
    from ingestion.auth.signed_requests import Gate


def source_of(
    request: APIGatewayProxyEvent, path: str, gate: "Callable[[], Gate]"
) -> AbstractContextManager[Caller]:
    """The source whose path it is, for as long as the request is worked on. Raises Problem.

    One source's credential is no good on another's path, nor in another way than the catalog says.
    Signatures are checked at the `gate`, which is asked for only where one is.
    """
    name = catalog().name_by_path.get(path)
    if name is None:
        raise Problem(HTTPStatus.NOT_FOUND, "no source has this path")
    source = catalog().sources[name]
    if source.auth == "hmac":
        return _signer(request, name, gate())
    if source.auth == "iam":
        check_principal(request.request_context.identity.user_arn, source.principals)
        return nullcontext(Caller(name, source))
    return nullcontext(key_holder(request, name, "this source"))


def key_holder(request: APIGatewayProxyEvent, name: str, owner: str) -> Caller:
    """Who this is, if the key is theirs. Raises Problem."""
    check_key(request.headers, api_settings().api_key_digests, [name], owner)
    return Caller(name, catalog().lanes[name])


@contextmanager
def _signer(request: APIGatewayProxyEvent, name: str, gate: "Gate") -> Iterator[Caller]:
    if "ce-specversion" in request.headers:  # Whoever carries the request could change them.
        detail = "headers ce-… are not signed: use CloudEvents' structured or batch mode"
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
    headers = request.raw_event["multiValueHeaders"]  # Powertools keeps one of each name.
    with gate.let_in(name, headers, raw_body(request)) as delivery:
        yield Caller(name, catalog().lanes[name], delivery)
