"""Writes the two calls of every event as they travel, in a fraction of botocore's CPU.

botocore walks its model of a call for each of its values, then encodes the form of SNS twice: once
to sign it and once to send it, and derives a key that is the same all day. Its public hooks let it
do the rest: it is handed no parameters, then gets the body, then the headers that sign it.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote_plus

import botocore
from botocore.client import BaseClient
from botocore.exceptions import NoCredentialsError
from pydantic_core import to_json

from ingestion.aws.sigv4 import Scope, signature

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from botocore.signers import RequestSigner

Client = TypeVar("Client", bound=BaseClient)
Parameters = Mapping[str, Any]
Write = Callable[["OperationModel", Parameters], bytes]

# What this rests on was read in these: with any other, botocore writes its calls itself.
BOTOCORE = "1.44."
_KEPT = f"{__name__}.parameters"
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_.~%+-]")
# What JSON is full of; a replacement costs less than a match.
_FREQUENT = [(character, quote_plus(character)) for character in '"{}:,#']


def write_calls(client: Client) -> Client:
    """The client, whose PutItem and PublishBatch are written here from now on.

    What they are given is not looked at: it must be as boto3's documentation has it, and hold no
    bytes. Other calls, and clients of another botocore, stay as they are.
    """
    if botocore.__version__.startswith(BOTOCORE):
        events: Any = client.meta.events  # The stubs know no hook that answers.
        for operation, write in _WRITERS.items():
            events.register_last(f"provide-client-params.{operation}", _keep)
            events.register_first(f"before-call.{operation}", _hand_over(write))
            events.register_first(f"choose-signer.{operation}", _unsigned)
            events.register_last(f"before-sign.{operation}", _sign)
    return client


def _keep(params: Parameters, context: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Set the call's parameters aside; botocore goes on without any."""
    context[_KEPT] = params
    return {}


def _hand_over(write: Write) -> Callable[..., None]:
    def hand_over(
        model: "OperationModel", params: dict[str, Any], context: dict[str, Any], **_: Any
    ) -> None:
        params["body"] = write(model, context.pop(_KEPT))

    return hand_over


def _unsigned(**_: Any) -> object:
    """That botocore has nothing to sign."""
    return botocore.UNSIGNED


def _sign(
    request: Any, signing_name: str, region_name: str, request_signer: "RequestSigner", **_: Any
) -> None:
    """Sign an attempt of a call, in botocore's place."""
    signer = request_signer.get_auth_instance(signing_name, region_name, "v4")
    if signer.credentials is None:
        raise NoCredentialsError
    headers = dict(request.headers.items())
    scope = Scope(region_name, signing_name)
    added = signature(request.url, headers, request.data, signer.credentials, scope)
    for name, value in added.items():
        request.headers[name] = value


def _json(_: "OperationModel", call: Parameters) -> bytes:
    """AWS JSON: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html."""
    return to_json(call)


def _form(model: "OperationModel", call: Parameters) -> bytes:
    """AWS Query: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html."""
    fields = [f"Action={model.name}&Version={model.service_model.api_version}"]
    for name, value in call.items():
        if name == "PublishBatchRequestEntries":
            for number, entry in enumerate(value, start=1):
                fields.append(_entry(f"{name}.member.{number}.", entry))
        else:
            fields.append(f"{name}={quoted(value)}")
    return "&".join(fields).encode()


def _entry(prefix: str, entry: Parameters) -> str:
    fields = []
    for name, value in entry.items():
        if name == "MessageAttributes":
            for number, (attribute, parts) in enumerate(value.items(), start=1):
                fields += _attribute_fields(number, attribute, *parts.items())
        else:
            fields.append(f"{name}={quoted(value)}")
    return prefix + f"&{prefix}".join(fields)


@lru_cache(1024)
def _attribute_fields(number: int, attribute: str, *parts: tuple[str, str]) -> list[str]:
    """Of what the messages of a request have in common, most of it; nobody may change it."""
    of_it = f"MessageAttributes.entry.{number}."
    values = [f"{of_it}Value.{part}={quote_plus(value)}" for part, value in parts]
    return [f"{of_it}Name={quote_plus(attribute)}", *values]


def quoted(text: str) -> str:
    """As `quote_plus`, which takes ten times as long for an event."""
    if text.isalnum() and text.isascii():
        return text
    text = text.replace("%", "%25").replace("+", "%2B").replace(" ", "+")
    for character, replacement in _FREQUENT:
        text = text.replace(character, replacement)
    return _NOT_PLAIN.sub(lambda match: quote_plus(match[0]), text)


_WRITERS: Mapping[str, Write] = {
    "dynamodb.PutItem": _json,
    "sns.PublishBatch": _form,
}
