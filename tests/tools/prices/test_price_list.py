"""The price list: the one of this repository, and lists that are refused."""

from pathlib import Path

import pytest

from infra.tools.errors import SetupError
from infra.tools.prices.price_list import FILE, load_prices

TEXT = FILE.read_text()


def test_the_price_list_says_that_it_was_not_verified() -> None:
    found = load_prices()

    assert found.region == "eu-central-1"
    assert "not verified" in found.source
    assert all(price > 0 for price in found.prices.model_dump().values())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  secret: 0.40\n", "", "{file}:6: prices.secret: this key is missing"),
        (
            "  secret:",
            "  secrets: 0.40\n  secret:",
            "{file}:12: prices.secrets: is not a known key: remove it, or correct its spelling",
        ),
        ("region: eu-central-1\n", "", "{file}:1: region: this key is missing"),
        (
            "  secret: 0.40",
            "  secret: free",
            "{file}:12: prices.secret: Input should be a valid number,"
            " unable to parse string as a number",
        ),
        (
            "  secret: 0.40",
            "  secret: -1",
            "{file}:12: prices.secret: Input should be greater than or equal to 0",
        ),
        ("  secret: 0.40", "  secret: [", "{file}: line 14: close the [ of line 12 with ]"),
    ],
    ids=["missing", "unknown", "no region", "text", "negative", "no YAML"],
)
def test_a_wrong_price_list_is_refused_by_file_line_and_key(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text(TEXT.replace(old, new))

    with pytest.raises(SetupError) as raised:
        load_prices(file)

    assert str(raised.value).startswith(message.format(file=file))


def test_a_missing_price_list_is_named(tmp_path: Path) -> None:
    file = tmp_path / "prices.yaml"

    with pytest.raises(SetupError) as raised:
        load_prices(file)

    assert str(raised.value) == f"{file} cannot be read: No such file or directory."
