import string
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.mapping.expressions import NAMES, BadExpression, FailedExpression, compile_expression
from tests.unit.mapping.scopes import scope

PIECES = (
    *("item", "payload", "a", '"a b"', "'t'", "`1`", "`1.50`", "`x`", ".", "[", "[]", "[?", "]"),
    *("[*]", "(", ")", "{", "}", ",", ":", "*", "@", "&", "&&", "||", "|", "!", "==", "<", "="),
    *("-", "1", "-1", "0", "$", '"', "'", "`", "\\", " ", "max_by(", "to_array(", "map(", "sum("),
)


@pytest.mark.parametrize(
    ("expression", "position", "reason"),
    [
        ("itm.id", 0, 'unknown name "itm"; did you mean "item"?'),
        ("item.a || itm.b", 10, 'unknown name "itm"; did you mean "item"?'),
        ("item[?itm == 'x'].itm || itm", 25, 'unknown name "itm"'),
        ("not_null(item.a, Payload.b)", 17, 'unknown name "Payload"; did you mean "payload"?'),
        ("{id: id}", 5, 'unknown name "id"; begin with payload, item, '),
        (
            "missing",
            0,
            f'unknown name "missing"; begin with {", ".join(NAMES)}, as in item.missing',
        ),
        ("item.a == 1", 10, 'unexpected "1": write `1` for a number'),
        ("item.a > -4.5", 9, 'unexpected "-4": write `-4` for a number'),
        ("item.rows[?a == 7]", 16, 'unexpected "7": write `7` for a number'),
        ("item.a == true", 10, 'unknown name "true": write `true` for the value of JSON'),
        ("item.a != null", 10, 'unknown name "null": write `null` for the value of JSON'),
        ('item.a == "it\'s"', 10, "unknown name \"it's\": write a text in single quotes: 'it\\'s'"),
        ('item.a == "x"', 10, "unknown name \"x\": write a text in single quotes: 'x'"),
        ("payload.a.cbc:Day.b", 13, 'unexpected ":": put the name in quotes: "cbc:Day"'),
        ("payload.a == :b", 13, 'unexpected ":"'),
        ("lenght(item.a)", 0, 'unknown function "lenght"; did you mean "length"?'),
        ("map(&lower(@), item)", 5, 'unknown function "lower"; use abs, avg, ceil, '),
        ("item.a | abs()", 9, "abs() has 0 arguments: 1 needed"),
        ("contains(item.a)", 0, "contains() has 1 arguments: 2 needed"),
        ("merge()", 0, "merge() has 0 arguments: at least 1 needed"),
        ("sort_by(item.a, n)", 0, 'argument 2 of sort_by() must begin with "&"'),
        ("item.a || &b", 5, '"&" is only for an argument of map, max_by, min_by and sort_by'),
        ("length(&item)", 0, '"&" is only for an argument of map'),
        ("@", 0, "must begin with a name: payload, item, "),
        ("item.a || @.b", 10, "must begin with a name: payload, item, "),
        ("[0]", 0, "must begin with a name"),
        ("*.a", 0, "must begin with a name"),
        ("", 0, "must not be empty"),
        ("   ", 3, "the expression is not complete"),
        ("item.", 5, "the expression is not complete"),
        ("item[?a == 'x'", 14, "the expression is not complete"),
        ("item.a)", 6, 'unexpected ")"'),
        ("item a", 5, 'unexpected "a"'),
        ("item['a']", 5, 'write a number, *, : or ? after "["; a name follows a dot: item."a b"'),
        (
            "headers.x-event",
            9,
            'unexpected "-": put a name in quotes if it has such characters: item."a-b"',
        ),
        ("item.größe", 7, 'unexpected "ö": put a name in quotes'),
        ("$.item", 0, 'write payload or item instead of "$"'),
        ("item[?a = 'x']", 8, 'write "==" to compare'),
        ("item.a == 'x", 10, "' is not closed"),
        ("item.a == `x`", 10, "must be JSON; write a text as 'text'"),
        ("item.a == `NaN`", 10, "must be JSON"),
        ("item[::0]", 0, "the step of a slice must not be 0"),
        (
            'headers."X-GitHub-Event"',
            8,
            'names of headers are in lower case: headers."x-github-event"',
        ),
        ("parents.id", 8, "parents is a list: write parents[0] for the nearest one"),
        ("item." + "a" * 996, 1000, "must have at most 1,000 characters"),
        ("(" * 990 + "item", 0, "is nested too deeply"),
        ("!" * 150 + "item", 0, "is nested too deeply"),
    ],
)
def test_a_bad_expression_is_refused_with_position_and_reason(
    expression: str, position: int, reason: str
) -> None:
    with pytest.raises(BadExpression) as error:
        compile_expression(expression)

    assert (error.value.text, error.value.position) == (expression, position)
    assert error.value.reason.startswith(reason)
    assert str(error.value) == f"position {position}: {error.value.reason}"


@pytest.mark.parametrize(
    "expression",
    [
        "item[?itm == 'x'].other",
        "item.{itm: other}",
        "map(&itm, item)",
        "item | itm",
        "item.* | [0].itm",
        "headers.*",
        "parents[*].itm",
        'query."Site-Name"',
        "item.headers.X",
    ],
)
def test_a_name_within_a_value_is_any_name(expression: str) -> None:
    assert compile_expression(expression).text == expression


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(string.printable))
def test_any_text_gives_an_expression_or_a_position(text: str) -> None:
    values = scope({"a": [1, None, "x", {"a": 1}], "b": "x"})

    position = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            expression = compile_expression(text)
            expression.reads()
            expression.evaluate(values)
        except BadExpression as error:
            position = error.position
        except FailedExpression:
            pass

    assert 0 <= position <= len(text)


@pytest.mark.parametrize(
    ("expression", "position", "name"),
    [
        ("payload.lines[?id == payload.x]", 21, "payload"),
        ("payload.lines[?parent.id == 'x']", 15, "parent"),
        ("payload.lines[?contains(item.ids, id)]", 24, "item"),
        ("item.a | parent.b", 9, "parent"),
        ("item.lines[].id | [received_at]", 19, "received_at"),
        ("map(&headers.a, item.lines)", 5, "headers"),
        ("item.lines[].{a: id, b: query.b}", 24, "query"),
        ("item.lines[*].[parents[0].id]", 15, "parents"),
        ("sort_by(item.lines, &a)[?b == 'x' || payload.b]", 37, "payload"),
    ],
)
def test_a_name_of_the_scope_is_none_for_an_element(
    expression: str, position: int, name: str
) -> None:
    with pytest.raises(BadExpression) as refused:
        compile_expression(expression)

    assert refused.value.position == position
    assert refused.value.reason == (
        f"inside [ ] and after | or &, {name} is a field of the element: write each and when in its"
        f' place, or put the element\'s own field in quotes: "{name}"'
    )


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("payload.lines[?\"item\" == 'x'].payload | [0]", "p"),
        ('payload.lines[0]."parent".id || payload.lines[0].headers', "h"),
        ('payload.lines[*].{a: "payload"} | [0].a', "p"),
        ("{payload: payload.lines[0].payload}.payload", "p"),
        ('max_by(payload.lines, &"query").payload', "p"),
    ],
)
def test_a_field_of_an_element_may_be_named_as_the_scope(expression: str, value: str) -> None:
    lines = [{"item": "x", "payload": "p", "headers": "h", "query": 1}]

    assert compile_expression(expression).evaluate(scope({"lines": lines})) == value
