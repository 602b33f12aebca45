import pytest

from ingestion.mapping.expressions import compile_expression


@pytest.mark.parametrize(
    ("expression", "paths"),
    [
        ("item", {"item"}),
        ("item.a.b", {"item.a.b"}),
        ("item.a || parent.b", {"item.a", "parent.b"}),
        ("item.a && item.b == 'x'", {"item.a", "item.b"}),
        ("!item.a.b", {"item.a.b"}),
        ("item.lines[0].id", {"item.lines.id"}),
        ("item.lines[].parts[-1].id", {"item.lines.parts.id"}),
        ("item.lines[1:].id", {"item.lines.id"}),
        ("item.by_name.*.id", {"item.by_name.*.id"}),
        ("item.lines[?kind=='a'].id | [0]", {"item.lines.kind", "item.lines.id"}),
        ("to_array(item.E1)[?Q=='002'].ID | [0]", {"item.E1.Q", "item.E1.ID"}),
        ("max_by(item.lines, &amount.value).id", {"item.lines.amount.value", "item.lines.id"}),
        ("sort_by(item.lines, &at)[-1].id", {"item.lines.at", "item.lines.id"}),
        ("map(&id, item.lines)", {"item.lines.id"}),
        ("sum(item.lines[].amount)", {"item.lines.amount"}),
        ("join(' ', [item.a, item.b])", {"item.a", "item.b"}),
        ("{x: item.a, y: item.b}.x", {"item.a", "item.b"}),
        ("item.{x: a, y: b.c}", {"item.a", "item.b.c"}),
        ("not_null(item.a, item.b).c", {"item.a.c", "item.b.c"}),
        ("parents[1].id", {"parents.1.id"}),
        ("parents[*].id", {"parents.*.id"}),
        ("'constant'", set()),
        ("received_at", {"received_at"}),
    ],
)
def test_an_expression_names_the_paths_that_it_reads(expression: str, paths: set[str]) -> None:
    read = compile_expression(expression).reads()

    assert {".".join(path) for path in read} == paths
