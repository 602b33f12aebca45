"""YAML in which only null, true, false and plain numbers are not text."""

from decimal import Decimal
from pathlib import Path

import pytest

from entities.declared.yaml_file import BadYaml, parse_yaml, read_yaml


@pytest.mark.parametrize(
    "scalar",
    [
        *("on", "yes", "no", "off", "y", "True", "FALSE", "Null", "~"),
        *("003", "0100", "00.5", "1_000", "+5", "1.", ".5", "1e5", ".inf", "0x1F", "0o7", "0b1"),
        *("2026-01-31", "2026-01-31T12:00:00Z", "12:30", "1.2.3", "=", "<<", "5\u0660"),
    ],
)
@pytest.mark.parametrize("directive", ["", "%YAML 1.1\n---\n"])
def test_a_plain_scalar_is_the_text_that_it_looks_like(scalar: str, directive: str) -> None:
    assert parse_yaml(f"{directive}key: {scalar}") == {"key": scalar}


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        *(("true", True), ("false", False), ("null", None), ("", None), ("'5'", "5")),
        *(("0", 0), ("5", 5), ("-12", -12), ("9007199254740993", 9007199254740993)),
        *(("0.5", Decimal("0.5")), ("-4.5", Decimal("-4.5")), ("4.10", Decimal("4.10"))),
        ("0.12345678901234567890123", Decimal("0.12345678901234567890123")),
    ],
)
def test_null_true_false_and_plain_numbers_are_not_text(scalar: str, value: object) -> None:
    found = parse_yaml(f"key: {scalar}")["key"]

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("key", ["on", "003", "2026-01-31"])
def test_a_key_is_text_too(key: str) -> None:
    assert parse_yaml(f"{key}: 1") == {key: 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("a: 1\nb: 2\na: 3", 'line 3: the key "a" is repeated: delete', id="key twice"),
        pytest.param(
            "a:\n  b: 1\n  b: 2", 'line 3: the key "b" is repeated: delete', id="inner key twice"
        ),
        pytest.param("a: 1\nb: [1", "line 2: close the [ of line 2 with ]", id="open list"),
        pytest.param("a: [1\nb: 2", "line 2: close the [ of line 1 with ]", id="list over lines"),
        pytest.param("a: {b: 1\nc: 2", "line 2: close the { of line 1 with }", id="open keys"),
        pytest.param(
            "s:\n  p: a\n   e: b",
            "line 3: check the indentation of lines 2 and 3, and put a text with a colon in quotes",
            id="deeper key",
        ),
        pytest.param(
            "a:\n   b: 1\n  c: 2",
            "line 3: check the indentation of lines 2 and 3",
            id="key between",
        ),
        pytest.param("a: - b", "begin a list on a line of its own", id="list behind a key"),
        pytest.param("a: 1\n\tb: 2", "line 2: use blanks, not tabs, to indent", id="tab"),
        pytest.param("a: @x", "line 1: put a text that begins with @, ` or % in", id="at sign"),
        pytest.param("a: *x", "line 1: put a text that begins with * in quotes", id="star"),
        pytest.param(
            "a: *", "line 1: put a text that begins with * or & in quotes", id="lone star"
        ),
        pytest.param('a: "x\nb: 1\n', "close the quote of line 1", id="open quote"),
        pytest.param(
            "a: [b[0].c]", "put an expression that holds one of [ { , inside [ ] in", id="index"
        ),
        pytest.param("a: {b: c[0]}", "one of [ { , inside { } in quotes", id="index in keys"),
        pytest.param("a: [join(', ', b)]", "one of [ { , inside [ ] or { } in", id="comma"),
        pytest.param(
            "a: [0].b", "begins with one of [ { ! @ & * ` \" ' in quotes", id="list first"
        ),
        pytest.param("a: 'b' == c", "begins with one of [ { ! @ & * ` \" '", id="quote first"),
        pytest.param('a: "\\q"', "line 1: put a text with a backslash in single", id="backslash"),
        pytest.param("a: 1\nb:2\nc: 3", "line 2: line 2 needs a colon and a blank", id="no blank"),
        pytest.param(
            "a: 1\n---\na: 2", "line 2: delete this line: a file holds one", id="two documents"
        ),
        pytest.param(
            "a: 1\nb: !local 1", "line 2: put a text that begins with !", id="tag of someone's"
        ),
        pytest.param("a: !!int x", "does not fit its tag", id="no number"),
        pytest.param("a: !!float x", "does not fit its tag", id="no decimal number"),
        pytest.param("a: !!bool x", "does not fit its tag", id="neither true nor false"),
        pytest.param("a: \x01", "#x0001", id="control character"),
    ],
)
def test_a_fault_is_placed(text: str, said: str) -> None:
    with pytest.raises(BadYaml) as fault:
        parse_yaml(text)

    assert said in str(fault.value)


def test_a_file_is_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_bytes("key: Straße".encode())

    assert read_yaml(file) == {"key": "Straße"}
