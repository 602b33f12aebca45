"""What the API accepts, the schemas accept. The other way round it holds but for `RULES`."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.cli.exact_numbers import write_exact_json
from ingestion.errors import FieldError
from ingestion.event import MAX_EVENT_BYTES
from ingestion.syntax import exact_json
from tests.support.added_entities import added
from tests.support.factories import Json
from tests.unit.openapi.inputs import BODIES, METER, OTHER_ID, event
from tests.unit.openapi.interface import Interface, Outcome
from tests.unit.openapi.rules import RULES, Rule
from tests.unit.openapi.samples import INPUTS


@pytest.fixture(scope="module")
def interface(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Interface]:
    folder = tmp_path_factory.mktemp("entities")
    (folder / "meter.py").write_text(METER)
    with added(folder):
        yield Interface()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_that_json_schema_cannot_state_is_described(
    interface: Interface, rule: Rule
) -> None:
    form, item = rule.refused

    outcome = interface.outcome(form, item)

    component, field, *member = rule.field.split()
    described = interface.document["components"]["schemas"][component]["properties"][field]
    assert outcome.conforms
    assert len(outcome.errors) == 1
    assert rule.explains(outcome.errors[0])
    assert rule.description in (described["items"] if member else described)["description"]


each_form = pytest.mark.parametrize("form", INPUTS)


@each_form
def test_the_api_and_the_schema_agree_on_every_value_of_a_field(
    interface: Interface, form: str
) -> None:
    outcomes = [(item, interface.outcome(form, item)) for item in interface.inputs[form]]

    assert [found for found in outcomes if not agree(*found)] == []
    assert {(not outcome.errors, outcome.conforms) for _, outcome in outcomes} >= {
        (True, True),
        (False, False),
    }


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(-99, 99) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=3,
)


@each_form
@settings(max_examples=300)
@given(data=st.data())
def test_what_the_api_accepts_the_schema_accepts(
    interface: Interface, form: str, data: st.DataObject
) -> None:
    inputs = st.sampled_from(interface.inputs[form])
    one, another = data.draw(inputs), data.draw(inputs)
    taken = data.draw(st.sets(st.sampled_from(sorted(another)))) if another else ()
    changes = data.draw(st.dictionaries(st.sampled_from([*one, "more"]), ANYTHING, max_size=1))
    item = exact_json.read(
        write_exact_json(one | {name: another[name] for name in taken} | changes)
    )

    outcome = interface.outcome(form, item)

    assert agree(item, outcome), outcome


def agree(item: Json, outcome: Outcome) -> bool:
    """Return whether both accept the input, both refuse it, or rules explain the difference."""
    if not outcome.errors:
        return outcome.conforms
    return not outcome.conforms or all(is_described(item, error) for error in outcome.errors)


def is_described(item: Json, error: FieldError) -> bool:
    """Return whether a rule explains the error. JSON Schema does not read data in base64."""
    is_encoded = item.get("data_base64") is not None and error.field.startswith("data.")
    is_other_id = error.message == OTHER_ID
    return is_encoded or is_other_id or any(rule.explains(error) for rule in RULES.values())


def test_the_id_in_a_correction_is_described(interface: Interface) -> None:
    put = interface.document["paths"]["/entities/METER/{id}"]["put"]["requestBody"]
    schema = put["content"]["application/json"]["schema"]

    outcome = interface.outcome("correction", BODIES["METER"] | {"meter_id": "m-2"})

    assert outcome.conforms
    assert [error.message for error in outcome.errors] == [OTHER_ID]
    assert schema["properties"]["meter_id"]["description"].startswith(
        "The id in the path, or left out. "
    )


def test_the_largest_size_is_described(interface: Interface) -> None:
    item = event("CONTRACT", {"contract_name": "x" * MAX_EVENT_BYTES})

    outcome = interface.outcome("event", item)

    body = interface.document["paths"]["/x"]["post"]["requestBody"]
    assert outcome.conforms
    assert [error.message for error in outcome.errors] == [
        f"must have at most {MAX_EVENT_BYTES} bytes"
    ]
    assert f"at most {MAX_EVENT_BYTES} bytes" in body["description"]
