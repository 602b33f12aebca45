"""What the text of a secret may be, by the `auth` of its source."""

from typing import Any

import pytest

from ingestion.auth.source_secrets import bytes_of_secret, has_secret, new_secret_of
from ingestion.catalog import Source

AUTHS: list[dict[str, Any]] = [
    {"auth": "hmac"},
    {"auth": "hmac", "signature": "stripe"},
    {"auth": "basic"},
    {"auth": "bearer"},
]


def source(**keys: Any) -> Source:
    return Source.model_validate({"path": "s", "entities": ["CONTRACT"], **keys})


@pytest.mark.parametrize("keys", AUTHS, ids=str)
def test_a_new_secret_fits_its_source_and_is_another_each_time(keys: dict[str, Any]) -> None:
    made = [new_secret_of("shop", source(**keys)) for _ in range(2)]

    assert made[0] != made[1]
    assert all(len(bytes_of_secret(source(**keys), each)) >= 32 for each in made)
    assert has_secret(source(**keys))


def test_the_user_of_a_new_password_is_the_name_of_the_source() -> None:
    assert new_secret_of("shop", source(auth="basic")).startswith("shop:")


@pytest.mark.parametrize(
    ("keys", "text", "message"),
    [
        ({"auth": "hmac"}, "C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "must be whsec_"),
        ({"auth": "basic"}, "password-without-a-user", "must be user:password"),
        ({"auth": "bearer"}, "two words of a token", "visible ASCII characters"),
    ],
)
def test_a_text_that_does_not_fit_is_refused(keys: dict[str, Any], text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bytes_of_secret(source(**keys), text)


def test_an_api_key_is_no_secret_of_a_source() -> None:
    assert not has_secret(source(auth="api_key"))
