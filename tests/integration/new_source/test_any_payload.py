"""A draft of any payload with an id passes its own test, and the rest of the catalog stays."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import entities
from tests.integration.new_source.conftest import new_checkout, run
from tests.support.added_entities import added

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
# Names that collide, that are reserved, that are quoted, or that say what the values are.
KEYS = TEXTS | st.sampled_from(
    [
        *("id", "ID", "drafted_id", "uuid", "order-id", "order.id", "order:id", "orderId", ""),
        *("json", "copy", "model_dump_all", "entity_name", "contract_id", "cat_id", "class", "_x"),
        *(
            "updated_at",
            "created",
            "ts",
            "date",
            "status",
            "email",
            "2fa",
            "ä",
            "名",
            "data",
            "type",
        ),
    ]
)
TIMES = st.datetimes().map(lambda moment: f"{moment.isoformat()}Z")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**9, 10**19)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | TIMES
    | st.dates().map(str)
    | st.sampled_from(["", "true", "007", "1.5", "open", "a b", "12e999", "1780000000.5"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
IDS = st.integers(1, 10**30) | st.text("abcÄ/%-._~ 019", min_size=1).map(str.strip).filter(bool)


@st.composite
def payloads(draw: st.DrawFn) -> Any:
    """Return one payload with an id, or a list of payloads with different ids."""
    found = draw(st.lists(st.dictionaries(KEYS, VALUES, max_size=6), min_size=1, max_size=4))
    ids = draw(st.lists(IDS, min_size=len(found), max_size=len(found), unique_by=str))
    records = [record | {"id": each} for each, record in zip(ids, found, strict=True)]
    return records[0] if len(records) == 1 and draw(st.booleans()) else records


@given(payloads())
@example({"id": 1, "value": 10**60, "fraction": 1.5, "deep": {"a": {"b": [1, "x", None]}}})
@example([{"id": "a", "at": "2026-01-31"}, {"id": "b", "at": {"x": 1}}, {"id": "c", "at": [1]}])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_draft_of_a_payload_with_an_id_passes_its_test(payload: Any) -> None:
    with TemporaryDirectory() as folder, added(Path(folder) / "entities"):
        checkout = new_checkout(Path(folder))
        before = checkout.catalog_file.read_text()
        sample = Path(folder) / "sample.json"
        sample.write_text(json.dumps(payload))

        drafted = run(checkout, "source", "new", "drafted", "--sample", str(sample))
        entities.models.cache_clear()
        checked = run(checkout, "map", "--check")

        assert drafted.exit_code == 0, drafted.stderr
        assert checked.exit_code == 0, checked.output
        assert checkout.catalog_file.read_text().startswith(before)
