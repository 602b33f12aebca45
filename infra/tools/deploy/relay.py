"""Passes on what Terraform prints, but for the API keys that the AWS provider takes for no secret.

`aws_api_gateway_usage_plan_key` shows the key as `value` in every plan that deletes or replaces it.
"""

import os
import re
from collections.abc import Iterator
from typing import BinaryIO

_CHUNK_BYTES = 65_536
_BLANK = rb"(?:\s|\x1b\[[\d;]*m)*"  # Colours, too.
_KEY = re.compile(rb"^(" + _BLANK + rb"[-+~]?" + _BLANK + rb"value" + _BLANK + rb"=.*)$", re.DOTALL)
_SHOWN = re.compile(rb'"[^"]*"')
# How such a line may begin; a question to the user begins otherwise, and waits for no line feed.
_BEGINNING = re.compile(_BLANK + rb"(?:[-+~].*|v.*|\x1b.*)?$", re.DOTALL)


def relay(source: BinaryIO, target: BinaryIO) -> None:
    """Pass everything on as it comes, until the source ends."""
    for part in _parts(source):
        target.write(_SHOWN.sub(b"(sensitive value)", part) if _KEY.match(part) else part)
        target.flush()


def _parts(source: BinaryIO) -> Iterator[bytes]:
    """Whole lines, and beginnings of others that need not be kept back."""
    rest = b""
    while chunk := os.read(source.fileno(), _CHUNK_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in lines)
        if rest and not _BEGINNING.match(rest):
            yield rest
            rest = b""
    if rest:
        yield rest
