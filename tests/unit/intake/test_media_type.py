import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.intake.media_type import is_json, media_type

# RFC 9110, section 5.6: the grammar of parameters.
TOKENS = st.text("!#$%&'*+-.^_`|~" + string.digits + string.ascii_lowercase + "AZ", min_size=1)
BLANKS = st.text(" \t", max_size=3)
QUOTABLE = st.characters(max_codepoint=0xFF, categories=(), include_characters="\t") | (
    st.sampled_from([*map(chr, range(0x20, 0x7F)), *map(chr, range(0x80, 0x100))])
)
QUOTED = st.lists(QUOTABLE.map(lambda c: f"\\{c}") | QUOTABLE.filter(lambda c: c not in '"\\')).map(
    lambda parts: f'"{"".join(parts)}"'
)
PARAMETERS = st.lists(
    st.builds(
        lambda before, after, parameter: f"{before};{after}{parameter}",
        BLANKS,
        BLANKS,
        st.just("")
        | st.builds(
            lambda name, value: f"{name}={value}",
            TOKENS.filter(lambda name: name.lower() != "charset"),
            TOKENS | QUOTED,
        ),
    )
).map("".join)


@given(kind=TOKENS, subtype=TOKENS, parameters=PARAMETERS, before=BLANKS, after=BLANKS)
def test_each_text_of_the_grammar_has_its_type(
    kind: str, subtype: str, parameters: str, before: str, after: str
) -> None:
    text = f"{before}{kind}/{subtype}{parameters}{after}"

    assert media_type(text) == f"{kind}/{subtype}".lower()


@pytest.mark.parametrize(
    "text",
    [
        "application/json",
        " Application/JSON ",
        "application/json;",
        "application/json;;charset=utf-8",
        "application/json ; ; Charset=UTF-8 ; ",
        "application/json; charset=utf8",
        'application/json; charset="ut\\f-8"',
        'application/json; profile="a\\"b"',
        'application/json; profile="; charset=latin-1"',
        "application/json; a!b=c",
        'application/json;charset="us-ascii"; profile="a b"',
    ],
)
def test_a_type_is_returned_in_lower_case_without_parameters(text: str) -> None:
    assert media_type(text) == "application/json"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "json",
        "application/",
        "/json",
        "application /json",
        "application/json, text/plain",
        "application/json charset=utf-8",
        "application/json; charset",
        "application/json; charset =utf-8",
        "application/json; charset= utf-8",
        "application/json; charset=",
        "application/json; charset=latin-1",
        'application/json; charset="latin-1"',
        "application/json; charset=utf-8; charset=utf-7",
        'application/json; profile="a',
        'application/json; profile="a"b',
        "application/json; a=b/c",
        "application/json; charset=utf-8\n; charset=latin-1",
    ],
)
def test_a_malformed_text_or_another_charset_has_no_type(text: str) -> None:
    assert media_type(text) == ""


def test_long_runs_of_blanks_take_linear_time() -> None:
    # With backtracking, this would take longer than the age of the universe.
    assert media_type("application/json" + f";{' ' * 1000}" * 1000 + ",") == ""


@pytest.mark.parametrize(
    "kind", ["application/json", "text/json", "application/problem+json", "application/a.b+json"]
)
def test_types_that_end_with_json_are_json(kind: str) -> None:
    assert is_json(kind)


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/jsonl",
        "application/json-seq",
        "application/xml",
        "application/cloudevents+json",
        "application/cloudevents-batch+json",
    ],
)
def test_other_types_and_cloudevents_are_not_plain_json(kind: str) -> None:
    assert not is_json(kind)
