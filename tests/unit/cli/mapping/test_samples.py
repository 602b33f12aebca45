"""Files in config/samples belong together. An error names the file and what would be right."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.mapping.expected_file import read_expected
from ingestion.cli.mapping.samples import BadSamples, find_samples

Write = Callable[..., Checkout]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes files of config/samples, by name and content."""

    def write_files(files: dict[str, str]) -> Checkout:
        for name, content in files.items():
            file = tmp_path / "config" / "samples" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        return Checkout(tmp_path)

    return write_files


def test_a_checkout_without_samples_has_none(tmp_path: Path) -> None:
    assert find_samples(Checkout(tmp_path), ["shop"]) == {"shop": []}


def test_a_sample_has_headers_and_query_beside_it(write: Write) -> None:
    checkout = write(
        {
            "shop/paid.json": "{}",
            "shop/paid.headers.yaml": "X-Shop-Event: order.paid",
            "shop/paid.query.yaml": 'tenant: "7"',
            "shop/other.form": "",
            "shop/README.md": "about these samples",
        }
    )

    other, paid = find_samples(checkout, ["shop"])["shop"]

    assert (paid.shown_name, paid.source) == ("config/samples/shop/paid.json", "shop")
    assert (paid.headers, paid.query) == ({"x-shop-event": "order.paid"}, {"tenant": "7"})
    assert (other.file.name, other.headers, other.query) == ("other.form", {}, {})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "shp/a.json",
            "config/samples/shp: no mapped source 'shp': there are shop, erp;"
            ' did you mean "shop"?',
        ),
        (
            "shop/ordr.expected.yaml",
            "config/samples/shop/ordr.expected.yaml: there is no sample 'ordr' beside it, such as"
            ' ordr.json; did you mean "order"?',
        ),
        ("shop/b.headers.yaml", "there is no sample 'b' beside it"),
        (
            "shop/a.yaml",
            "config/samples/shop/a.yaml: the name of a sample ends in .json, .jsonl, .ndjson,"
            " .form, .xml, .csv, .tsv",
        ),
        (
            "shop/order.xml",
            "config/samples/shop: order.json and order.xml would share order.expected.yaml:"
            " rename one",
        ),
        ("a.json", "config/samples/a.json: must be in the folder of a source"),
    ],
)
def test_a_file_that_belongs_to_nothing_is_refused(write: Write, name: str, said: str) -> None:
    checkout = write({"shop/order.json": "{}", name: "{}"})

    with pytest.raises(BadSamples) as refused:
        find_samples(checkout, ["shop", "erp"])

    assert said in str(refused.value)


@pytest.mark.parametrize("content", ["[a]", "a: 1", "a: [b]", "text"])
def test_headers_are_texts(write: Write, content: str) -> None:
    checkout = write({"shop/a.json": "{}", "shop/a.headers.yaml": content})
    [sample] = find_samples(checkout, ["shop"])["shop"]

    with pytest.raises(BadSamples, match=r"a\.headers\.yaml: must be names with texts"):
        assert sample.headers


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("payloads: []", "received_at: Field required"),
        ("received_at: now\npayloads: []", "received_at: must be an RFC 3339 time"),
        (
            "received_at: 2026-01-31T12:00:00Z\npayloads:\n- event: []",
            "payloads.0.event: unknown field",
        ),
        ("a: [1", "a.expected.yaml:1: close the [ of line 1 with ]"),
    ],
)
def test_an_expected_file_that_was_edited_wrongly_is_refused(
    write: Write, content: str, said: str
) -> None:
    checkout = write({"shop/a.json": "{}", "shop/a.expected.yaml": content})
    [sample] = find_samples(checkout, ["shop"])["shop"]

    with pytest.raises(BadSamples) as refused:
        read_expected(sample)

    assert "config/samples/shop/a.expected.yaml" in str(refused.value)
    assert said in str(refused.value)
