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
def test_a_type_is_found_without_its_parameters(text: str, found: str) -> None:
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
def test_there_is_none_in_any_other_text(text: str) -> None:
    assert not media_type(text)
