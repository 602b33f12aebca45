"""Requests that senders' own libraries sign are accepted, and every change of them is refused."""

import re
from collections.abc import Callable
from functools import cache

import pytest

from tests.integration.response import Response
from tests.integration.senders.conftest import BODY, SourceB
from tests.integration.senders.signers import SIGNERS, Signer
from tests.integration.signed_requests.responses import refused

each_preset = pytest.mark.parametrize("preset", SIGNERS)
each_listing = pytest.mark.parametrize("preset", [n for n, s in SIGNERS.items() if s.separator])
each_timed = pytest.mark.parametrize("preset", [n for n, s in SIGNERS.items() if s.signs_time])


@cache
def github_headers(body: str, secret: str | None) -> dict[str, str]:
    """Return the headers of the library in JavaScript, which takes long to start."""
    return SIGNERS["github"].headers(body, secret)


def headers_of(
    preset: str, body: str = BODY, secret: str | None = None, seconds: int = 0
) -> dict[str, str]:
    if preset == "github":
        return {**github_headers(body, secret)}
    return SIGNERS[preset].headers(body, secret, seconds)


def configured(source: SourceB, preset: str) -> Signer:
    """Give sourceB the preset and the sender's first secret."""
    signer = SIGNERS[preset]
    source.configure(signer.secrets[0], auth="hmac", signature=preset)
    return signer


def is_refused(source: SourceB, response: Response) -> bool:
    return refused(response, 401) and source.cloud.routed() == 0


@each_preset
def test_a_request_of_the_senders_library_is_accepted(source: SourceB, preset: str) -> None:
    configured(source, preset)

    response = source.post(headers_of(preset))

    assert (response.status, response.statuses) == (202, ["accepted"])
    [record] = source.cloud.queued("sourceB")
    assert "Näme" in record["body"]


@each_preset
@pytest.mark.parametrize("change", [str.lower, str.upper, str.title])
def test_names_of_headers_may_be_in_any_case(
    source: SourceB, preset: str, change: Callable[[str], str]
) -> None:
    configured(source, preset)

    response = source.post({change(name): value for name, value in headers_of(preset).items()})

    assert response.status == 202


@each_preset
@pytest.mark.parametrize("position", [0, 1])
def test_each_of_two_live_secrets_is_accepted(source: SourceB, preset: str, position: int) -> None:
    secrets = SIGNERS[preset].secrets
    source.configure(*secrets, auth="hmac", signature=preset)

    response = source.post(headers_of(preset, secret=secrets[position]))

    assert response.status == 202


@each_preset
def test_a_wrong_secret_is_refused(source: SourceB, preset: str) -> None:
    signer = configured(source, preset)

    response = source.post(headers_of(preset, secret=signer.secrets[1]))

    assert is_refused(source, response)


@each_preset
@pytest.mark.parametrize("change", [b" ", b"\n", b"\x00"], ids=repr)
def test_a_changed_body_is_refused(source: SourceB, preset: str, change: bytes) -> None:
    configured(source, preset)

    response = source.post(headers_of(preset), BODY.encode() + change)

    assert is_refused(source, response)


@each_timed
@pytest.mark.parametrize("seconds", [-330, 330])
def test_an_old_or_a_future_timestamp_is_refused(
    source: SourceB, preset: str, seconds: int
) -> None:
    configured(source, preset)

    response = source.post(headers_of(preset, seconds=seconds))

    assert is_refused(source, response)
    assert "within 300 seconds" in response.document["detail"]


@each_timed
def test_a_newer_timestamp_than_the_signed_one_is_refused(source: SourceB, preset: str) -> None:
    configured(source, preset)
    signed, newer = headers_of(preset, seconds=-200), headers_of(preset)
    old, new = (re.findall(r"\b\d{10}\b", str(found))[0] for found in (signed, newer))

    response = source.post({name: value.replace(old, new) for name, value in signed.items()})

    assert is_refused(source, response)


@each_preset
def test_a_header_that_is_sent_twice_is_refused(source: SourceB, preset: str) -> None:
    configured(source, preset)
    signed = headers_of(preset)

    for name, value in signed.items():
        lists = {each: [text] for each, text in signed.items()}
        twice = source.post(lists | {name: [value, value]})
        in_two_cases = source.post(lists | {name.swapcase(): [value]})
        joined_by_a_proxy = source.post(lists | {name: [f"{value}, {value}"]})

        assert is_refused(source, twice)
        assert is_refused(source, in_two_cases)
        assert is_refused(source, joined_by_a_proxy)


@each_preset
def test_a_missing_header_is_refused(source: SourceB, preset: str) -> None:
    configured(source, preset)
    signed = headers_of(preset)

    for name in signed:
        response = source.post({each: text for each, text in signed.items() if each != name})

        assert is_refused(source, response)
        assert name.lower() in response.document["detail"].lower()


@each_preset
@pytest.mark.parametrize("text", ["", " ", "x", "sha256=", "v1,", "v0=zz", "t=1,v1=", "=", "é"])
def test_another_signature_is_refused(source: SourceB, preset: str, text: str) -> None:
    signer = configured(source, preset)

    response = source.post(headers_of(preset) | {signer.header: text})

    assert is_refused(source, response)


@each_listing
def test_one_of_several_signatures_is_enough(source: SourceB, preset: str) -> None:
    signer = configured(source, preset)
    other = headers_of(preset, secret=signer.secrets[1])[signer.header]
    signed = headers_of(preset)
    ours = signed[signer.header].split(signer.separator)[-1]

    response = source.post(signed | {signer.header: f"{other}{signer.separator}{ours}"})

    assert response.status == 202


def test_of_two_timestamps_in_one_header_none_is_taken(source: SourceB) -> None:
    configured(source, "stripe")
    signed = headers_of("stripe")["Stripe-Signature"]

    response = source.post({"Stripe-Signature": f"t=1,{signed}"})

    assert is_refused(source, response)


@each_timed
@pytest.mark.parametrize("success", [200, 202])
def test_an_accepted_request_gets_the_same_success_again_and_makes_no_event_again(
    source: SourceB, preset: str, success: int
) -> None:
    signer = SIGNERS[preset]
    source.configure(signer.secrets[0], auth="hmac", signature=preset, success=success)
    signed = headers_of(preset)

    first, again = source.post(signed), source.post(signed)

    assert (first.status, again.status) == (success, success)
    assert again.document["events"] == []
    assert len(source.cloud.queued("sourceB")) == 1


@each_timed
def test_a_refused_request_may_be_sent_again(source: SourceB, preset: str) -> None:
    configured(source, preset)
    signed = headers_of(preset, body := '{"id": 1')

    first, again = source.post(signed, body), source.post(signed, body)

    assert (first.status, again.status) == (400, 400)


@each_preset
def test_no_log_line_holds_a_secret_or_a_signature(
    source: SourceB, preset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    signer = configured(source, preset)
    signed = headers_of(preset)

    source.post(signed)
    source.post(signed, BODY + " ")

    output = capsys.readouterr().out
    assert "request_refused" in output
    assert signer.secrets[0] not in output
    assert signed[signer.header] not in output
