"""Sources whose signature the catalog describes by the general form."""

import hmac
import time
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256, sha512
from typing import Any

import pytest

from tests.integration.senders.conftest import BODY, SourceB
from tests.integration.signed_requests.responses import refused

SECRET = "a secret of the sender: ü"
KEY, RAW = SECRET.encode(), BODY.encode()


def hex_of(*parts: str | bytes, algorithm: Any = sha256) -> str:
    """Return the HMAC of the parts."""
    signed = b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return hmac.new(KEY, signed, algorithm).hexdigest()


FORMS = [
    pytest.param(
        {"header": "X-Sig", "signed": "{body}"}, lambda _: {"x-sig": hex_of(RAW)}, id="body"
    ),
    pytest.param(
        {"header": "X-Sig", "signed": "{body}"},
        lambda _: {"x-sig": hex_of(RAW).upper()},
        id="capitals",
    ),
    pytest.param(
        {"header": "X-Sig", "signed": "{body}", "algorithm": "sha512", "prefix": "sha512:"},
        lambda _: {"x-sig": f"sha512:{hex_of(RAW, algorithm=sha512)}"},
        id="sha512",
    ),
    pytest.param(
        {"header": "X-Sig", "signed": "{timestamp}{body}", "timestamp_header": "X-Time"},
        lambda now: {"x-sig": hex_of(now, RAW), "x-time": now},
        id="no separator",
    ),
    pytest.param(
        {"header": "X-Sig", "signed": "v1:{timestamp}:{body}:end", "timestamp_header": "X-Time"},
        lambda now: {"x-sig": hex_of(f"v1:{now}:", RAW, ":end"), "x-time": now},
        id="text around the body",
    ),
    pytest.param(
        {"header": "X-Sig", "id_header": "X-Id", "timestamp_header": "X-Time"},
        lambda now: {"x-sig": hex_of(f"m-1.{now}.", RAW), "x-id": "m-1", "x-time": now},
        id="id",
    ),
    pytest.param(
        {"header": "X-Sig", "id_header": "X-Id", "signed": "{id}|{body}"},
        lambda _: {"x-sig": hex_of("{timestamp}|", RAW), "x-id": "{timestamp}"},
        id="an id that looks like a placeholder",
    ),
]


@pytest.mark.parametrize(("form", "headers_at"), FORMS)
def test_a_request_that_is_signed_as_the_form_says_is_accepted(
    source: SourceB, form: dict[str, str], headers_at: Callable[[str], dict[str, str]]
) -> None:
    source.configure(SECRET, auth="hmac", signature=form)
    headers = headers_at(str(int(time.time())))

    response = source.post(headers)
    changed = source.post(headers, BODY + " ")

    assert response.status == 202
    assert refused(changed, 401)


def test_base64_may_be_the_encoding(source: SourceB) -> None:
    form = {"header": "X-Sig", "signed": "{body}", "encoding": "base64"}
    source.configure(SECRET, auth="hmac", signature=form)
    made = b64encode(hmac.digest(KEY, RAW, "sha256")).decode()

    assert source.post({"X-Sig": made}).status == 202
    assert refused(source.post({"X-Sig": hex_of(RAW)}), 401)


@pytest.mark.parametrize("separator", [",", ";", " "])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_one_of_several_signatures_is_enough(
    source: SourceB, encoding: str, separator: str
) -> None:
    form = {"header": "X-Sig", "signed": "{body}", "prefix": "v1=", "separator": separator}
    source.configure(SECRET, auth="hmac", signature=form | {"encoding": encoding})
    key = hmac.digest(KEY, RAW, "sha256")
    made = key.hex() if encoding == "hex" else b64encode(key).decode()
    given = (f"v1={made}", "v1=0000", f"v1={made[::-1]}", f"v0={made}", made)
    ours, another, reversed_digits, other_prefix, no_prefix = given

    accepted = [
        source.post({"X-Sig": separator.join(entries)}, BODY)
        for entries in ((ours,), (ours, another), (another, ours), (other_prefix, "", ours))
    ]
    refusals = [
        source.post({"X-Sig": separator.join(entries)}, BODY)
        for entries in ((another,), (reversed_digits, other_prefix, no_prefix))
    ]

    assert [response.status for response in accepted] == [202] * 4
    assert all(refused(response, 401) for response in refusals)


def test_without_a_separator_a_header_holds_one_signature(source: SourceB) -> None:
    form = {"header": "X-Sig", "signed": "{body}", "prefix": "v1="}
    source.configure(SECRET, auth="hmac", signature=form)
    ours = f"v1={hex_of(RAW)}"

    responses = [source.post({"X-Sig": text}) for text in (f"{ours},{ours}", f"{ours}, {ours}")]

    assert all(refused(response, 401) for response in responses)


def test_blanks_after_the_comma_of_a_list_are_left_out(source: SourceB) -> None:
    form = {"header": "X-Sig", "signed": "{body}", "prefix": "v1=", "separator": ","}
    source.configure(SECRET, auth="hmac", signature=form)

    response = source.post({"X-Sig": f"v1=00, v1={hex_of(RAW)}"})

    assert response.status == 202


def test_a_header_of_a_list_is_sent_once_and_has_at_most_4096_characters(source: SourceB) -> None:
    form = {"header": "X-Sig", "signed": "{body}", "prefix": "v1=", "separator": ","}
    source.configure(SECRET, auth="hmac", signature=form)
    ours = f"v1={hex_of(RAW)}"

    twice = source.post({"X-Sig": [ours, ours]})
    longest = source.post({"X-Sig": f"{ours},".ljust(4096, "0")})
    longer = source.post({"X-Sig": f"{ours},".ljust(4097, "0")})

    assert refused(twice, 401)
    assert longest.status == 202
    assert refused(longer, 401)


def test_an_id_does_not_hold_the_text_that_separates_it(source: SourceB) -> None:
    form = {"header": "X-Sig", "id_header": "X-Id", "timestamp_header": "X-Time"}
    source.configure(SECRET, auth="hmac", signature=form)
    now = str(int(time.time()))
    # Two messages with the same signed text: the second moves a part of it into the id.
    signature = hex_of(f"m.{now}.{now}.", RAW)

    response = source.post({"X-Sig": signature, "X-Id": f"m.{now}", "X-Time": now})

    assert refused(response, 401)
    assert "must not hold '.'" in response.document["detail"]


@pytest.mark.parametrize("separator", [".", "|", " "])
def test_digits_of_the_body_do_not_become_a_part_of_the_timestamp(
    source: SourceB, separator: str
) -> None:
    signed = "{timestamp}{id}" + separator + "{body}"
    form = {"header": "X-Sig", "signed": signed, "id_header": "X-Id", "timestamp_header": "X-Time"}
    source.configure(SECRET, auth="hmac", signature=form)
    now = str(int(time.time()))
    made = {"X-Sig": hex_of(f"{now}7{separator}", RAW)}

    moved = [
        source.post(made | {"X-Id": text, "X-Time": digits})
        for text, digits in (("x", f"{now}7"), (f"{now[-1]}7", now[:-1]), ("7", f"0{now}"))
    ]
    accepted = source.post(made | {"X-Id": "7", "X-Time": now})

    assert all(refused(response, 401) for response in moved)
    assert accepted.status == 202


def test_the_tolerance_can_be_set(source: SourceB) -> None:
    form: dict[str, Any] = {
        "header": "X-Sig",
        "signed": "{timestamp}.{body}",
        "timestamp_header": "X-Time",
    }
    earlier = str(int(time.time()) - 1000)
    sent = {"X-Sig": hex_of(f"{earlier}.", RAW), "X-Time": earlier}

    source.configure(SECRET, auth="hmac", signature=form)
    late = source.post(sent)
    source.configure(SECRET, auth="hmac", signature=form | {"tolerance_seconds": 1200})
    accepted = source.post(sent)

    assert refused(late, 401)
    assert accepted.status == 202


def test_a_body_over_the_limit_is_refused_before_its_signature_is_checked(source: SourceB) -> None:
    source.configure(SECRET, auth="hmac", signature={"header": "X-Sig", "signed": "{body}"})

    response = source.post({"X-Sig": "ab"}, "[" + " " * 4_400_000 + "]")

    assert refused(response, 413)


def test_rules_do_not_read_the_signature(source: SourceB) -> None:
    form = {"header": "X-Sig", "signed": "{body}"}
    fields = {"contract_name": "headers.\"x-sig\" || 'hidden'"}
    constants = {"contract_type": {"const": "goods"}, "contract_status": {"const": "active"}}
    rule = {"entity": "CONTRACT", "id": "payload.id", "time": "payload.at"}
    rules = [rule | {"fields": fields | constants}]
    source.configure(SECRET, auth="hmac", signature=form, map=rules)

    source.post({"X-Sig": hex_of(RAW)})

    [record] = source.cloud.queued("sourceB")
    assert '"hidden"' in record["body"]
