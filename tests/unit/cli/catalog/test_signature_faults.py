"""What `make check` says about the general form of a signature, with the line and the key."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.catalog.test_sender_faults import RULES, SOURCE, refusal

KEYS = (
    "header, prefix, algorithm, encoding, separator, signed, id_header, timestamp_header,"
    " tolerance_seconds"
)
BOTH = "id_header: Y, timestamp_header: Z}"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("signature: githib", "6: s.signature: must be standard, svix, github, stripe, shopify or"
         ' slack; did you mean "github"?'),
        ("signature: [x]", "6: s.signature: must be one of standard, svix, github, stripe, shopify,"
         " slack, or a form with header and signed"),
        ("signature: {headr: X}", f"6: s.signature.headr: unknown key: use one of {KEYS}; did you"
         ' mean "header"?\nsources.yaml:6: s.signature.header: this key is missing'),
        ("signature: {header: X Y}", "6: s.signature.header: must be the name of one header, such"
         " as X-Signature, and not 'X Y'"),
        ("signature: {header: X}", "6: s.signature: id_header must name the header of {id}, because"
         " signed holds it"),
        ("signature: {header: X, id_header: Y}", "6: s.signature: timestamp_header must name the"
         " header of {timestamp}, because signed holds it"),
        ("signature: {header: X, signed: '{body}', timestamp_header: Y}", "6: s.signature:"
         " timestamp_header needs {timestamp} in signed: otherwise nothing signs the header"),
        ("signature: {header: X, signed: '{timestamp}', timestamp_header: Y}", "6: s.signature:"
         " signed must hold {body} once, and {id} and {timestamp} at most once"),
        ("signature: {header: X, signed: '{bdy}'}", "6: s.signature: signed: unknown {bdy}: use"
         " {id}, {timestamp} and {body}"),
        ("signature: {header: X, signed: '{timestamp}.{body}.{id}', " + BOTH,
         "6: s.signature: signed must hold {id} before {body}: otherwise a part of the body"
         " could be moved into a header"),
        ("signature: {header: X, signed: '{body}.{timestamp}', timestamp_header: Z}",
         "6: s.signature: signed must hold {timestamp} before {body}"),
        ("signature: {header: X, signed: '{timestamp}{id}{body}', " + BOTH,
         "6: s.signature: signed must hold a separator after {id}, such as {id}.{body}"),
        ("signature: {header: X, signed: '{id}{body}', id_header: Y}",
         "6: s.signature: signed must hold a separator after {id}"),
        ("signature: {header: X, signed: '{id}{timestamp}.{body}', " + BOTH,
         "6: s.signature: signed must hold a separator after {id}"),
        ("signature: {header: X, signed: '{timestamp}.{body}', timestamp_header: x}",
         "6: s.signature: header, id_header and timestamp_header must be different headers"),
        ("signature: {header: X, signed: '{id}.{body}', id_header: x}",
         "6: s.signature: header, id_header and timestamp_header must be different headers"),
        ("signature: {header: X, id_header: Y, timestamp_header: y}",
         "6: s.signature: header, id_header and timestamp_header must be different headers"),
        ("signature: {header: X, prefix: ü=}", "6: s.signature.prefix: must be at most 100 ASCII"
         " characters, such as sha256=, and not begin with a blank, and not 'ü='"),
        ("signature: {header: X, prefix: ' v1'}", "6: s.signature.prefix: must be at most 100"),
        ("signature: {header: X, separator: '|'}", '6: s.signature.separator: must be ",", ";" or'
         " \" \", and not '|'\n"),
        ("signature: {header: X, separator: ', '}", '6: s.signature.separator: must be ",", ";" or'
         " \" \", and not ', '\n"),
        ("signature: {header: X, separator: ''}", '6: s.signature.separator: must be ",", ";" or'
         " \" \", and not ''\n"),
        ("signature: {header: X, separator: 5}", "6: s.signature.separator: must be text: put a"),
        ("signature: {header: X, signed: '{body}', prefix: 'v1,', separator: ','}",
         '6: s.signature: prefix must not hold the separator ",": otherwise the header is split'
         " inside of the prefix"),
        ("signature: {header: X, algorithm: sha1}", "6: s.signature.algorithm: must be sha256 or"
         " sha512\n"),
        ("signature: {header: X, algorithm: sha-512}", "6: s.signature.algorithm: must be sha256 or"
         ' sha512; did you mean "sha512"?\n'),
        ("signature: {header: X, signed: {body}}", "6: s.signature.signed: must be text: put a text"
         " that begins with { in quotes"),
        ("signature: {header: X, signed: [body]}", "6: s.signature.signed: must be text: put a text"
         " that begins with [ in quotes"),
        ("signature: {header: X, signed: 5}", "6: s.signature.signed: must be text: put a number"),
        ("signature: {header: X, algorithm: md5}", "6: s.signature.algorithm: must be sha256 or"
         " sha512"),
    ],
)  # fmt: skip
def test_a_fault_of_a_signature_is_named(tmp_path: Path, keys: str, message: str) -> None:
    found = refusal(tmp_path, f"{SOURCE}    {keys}\n")

    assert f"{found}\n".startswith(f"sources.yaml:{message}")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("header: X, signed: '{body}', tolerance_seconds: 300", "6: s, signature.tolerance_seconds"
         " needs {timestamp} in signed: remove it, or sign the time"),
        ("header: X, signed: '{timestamp}.{body}', timestamp_header: Y, tolerance_seconds: 300",
         ""),
        ("header: X, signed: '{body}'", ""),
    ],
)  # fmt: skip
def test_a_tolerance_needs_a_signed_time(tmp_path: Path, keys: str, message: str) -> None:
    found = refusal(tmp_path, f"{SOURCE}    signature: {{{keys}}}\n{RULES}")

    assert found == (f"sources.yaml:{message}" if message else "")


@pytest.mark.parametrize("key", ["header", "id_header", "timestamp_header"])
@pytest.mark.parametrize(
    "name",
    [
        *("Content-Type", "Host", "cookie", "Authorization", "X-Api-Key", "Date"),
        *("X-Amzn-Trace-Id", "x-amz-date", "ce-specversion", "X-Forwarded-For"),
        *("Proxy-Authorization", "Set-Cookie", "Content-MD5", "Forwarded", "WWW-Authenticate"),
    ],
)
def test_a_header_with_another_use_is_refused(tmp_path: Path, key: str, name: str) -> None:
    named = {"header": "X-Sig", "id_header": "X-Id", "timestamp_header": "X-Time", key: name}
    text = f"{SOURCE}    signature: {json.dumps(named)}\n"

    found = refusal(tmp_path, text)

    assert found == (
        f"sources.yaml:6: s.signature.{key}: {name} has a use of its own: must be a header that"
        " only the sender sets"
    )
