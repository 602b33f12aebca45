"""Encodes the bodies of the two frequent calls, PutItem and PublishBatch.

botocore walks its model of a call for each value and encodes SNS's form twice. Its public hooks
accept a body that is encoded here. botocore does everything else, including the signature.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from botocore.client import BaseClient
from pydantic_core import to_json

Client = TypeVar("Client", bound=BaseClient)
Parameters = Mapping[str, Any]
Encode = Callable[[Any, Parameters], bytes]

_PARAMETERS = f"{__name__}.parameters"
_QUOTED = {number: quote(chr(number), safe="") for number in range(128)}


def register_encoders(client: Client) -> Client:
    """Register these encoders for PutItem and PublishBatch with the client, and return the client.

    The parameters are not checked. They must hold no bytes, and message attributes must be strings.
    """
    events: Any = client.meta.events  # The stubs declare no handler that returns a value.
    for operation, encode in _ENCODERS.items():
        events.register(f"provide-client-params.{operation}", _keep_parameters)
        events.register(f"before-call.{operation}", partial(_encode_body, encode))
    return client


def _keep_parameters(params: Parameters, context: dict[str, Any], **_: Any) -> Parameters:
    """Keep the parameters for `_encode_body`, and give botocore none to encode."""
    context[_PARAMETERS] = params
    return {}


def _encode_body(encode: Encode, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    params["body"] = encode(params["body"], context.pop(_PARAMETERS))


def _encode_json(_: bytes, call: Parameters) -> bytes:
    """Encode by https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html."""
    return to_json(call)


def _encode_form(operation: dict[str, str], call: Parameters) -> bytes:
    """Encode by https://smithy.io/2.0/aws/protocols/aws-query-protocol.html."""
    fields = {**operation, "TopicArn": call["TopicArn"]}
    for number, entry in enumerate(call["PublishBatchRequestEntries"], start=1):
        member = f"PublishBatchRequestEntries.member.{number}"
        for name, value in entry.items():
            if name != "MessageAttributes":
                fields[f"{member}.{name}"] = value
        for position, (name, value) in enumerate(entry["MessageAttributes"].items(), start=1):
            attribute = f"{member}.MessageAttributes.entry.{position}"
            fields[f"{attribute}.Name"] = name
            fields[f"{attribute}.Value.DataType"] = value["DataType"]
            fields[f"{attribute}.Value.StringValue"] = value["StringValue"]
    return "&".join(f"{name}={_quoted(value)}" for name, value in fields.items()).encode()


def _quoted(text: str) -> str:
    """Return the text percent-encoded. `quote` takes twice as long for a message."""
    return text.translate(_QUOTED) if text.isascii() else quote(text, safe="")


_ENCODERS: Mapping[str, Encode] = {
    "dynamodb.PutItem": _encode_json,
    "sns.PublishBatch": _encode_form,
}
