import pytest

from ingestion.intake.media_type import media_type


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("application/json", "application/json"),
        (" Application/JSON ", "application/json"),
        ("application/cloudevents+json; charset=UTF-8", "application/cloudevents+json"),
        ('text/plain;charset="us-ascii"; profile="a b"', "text/plain"),
    ],
)
def test_the_media_type_is_returned_in_lower_case_without_parameters(text: str, found: str) -> None:
    assert media_type(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "json",
        "application/",
        "/json",
        "application/json, text/plain",
        "application/json; charset=latin-1",
        "application/json; charset*=utf-8''latin-1",
        "application/json;;",
        "application/json; charset=utf-8\n; charset=latin-1",
    ],
)
def test_a_malformed_text_or_another_charset_has_no_media_type(text: str) -> None:
    assert not media_type(text)
