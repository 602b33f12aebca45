"""What a signature covers, and the digest that names a request without an id."""

import pytest

from ingestion.auth.signatures import Signed, content_digest, digest_of, find_signature
from ingestion.catalog.signature import PRESETS, Scheme

NOW = "1674087231"
BODY = b'{"a": 1}'
SCHEMES: dict[str, Scheme] = {str(name): scheme for name, scheme in PRESETS.items()}
TIMED = [name for name, scheme in SCHEMES.items() if scheme.signs_timestamp]


@pytest.mark.parametrize("preset", TIMED)
def test_the_digest_of_the_content_is_the_same_for_every_secret(preset: str) -> None:
    scheme = SCHEMES[preset]
    signed = Signed("msg_1", NOW, [])
    made = [digest_of(scheme, secret, signed, BODY) for secret in (b"old", b"new")]

    found = [
        find_signature(scheme, [b"old", b"new"], signed._replace(signatures=[each]), BODY)
        for each in made
    ]

    assert found == made
    assert made[0] != made[1]
    assert len({content_digest(scheme, signed._replace(signatures=[s]), BODY) for s in made}) == 1


@pytest.mark.parametrize("preset", TIMED)
@pytest.mark.parametrize("change", ["timestamp", "body"])
def test_another_content_has_another_digest(preset: str, change: str) -> None:
    scheme, signed = SCHEMES[preset], Signed("msg_1", NOW, [])
    other = signed._replace(timestamp="1674087232") if change == "timestamp" else signed
    body = BODY + b" " if change == "body" else BODY

    assert content_digest(scheme, other, body) != content_digest(scheme, signed, BODY)


def test_a_secret_that_is_not_live_finds_no_signature() -> None:
    scheme = SCHEMES["stripe"]
    signed = Signed("", NOW, [])
    made = digest_of(scheme, b"retired", signed, BODY)

    assert find_signature(scheme, [b"live"], signed._replace(signatures=[made]), BODY) is None
