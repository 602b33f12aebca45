"""Keys of payloads become names of fields that an entity may have, each once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entities.declared.declaration import model_of
from ingestion.cli.sources.new.guesses.names import MAX_CHARACTERS, field_name, snake_case


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("dueDate", "due_date"),
        ("HTTPStatus", "http_status"),
        ("E1EDK01", "e1edk01"),
        ("sha1Hash", "sha1_hash"),
        ("ce-type", "ce_type"),
        ("dc:title", "dc_title"),
        ("@id", "id"),
        ("#text", "text"),
        ("a b.c", "a_b_c"),
        ("Größe", "groe"),
        ("prénom", "prenom"),
        ("名前", ""),
        ("__x__", "x"),
    ],
)
def test_a_key_becomes_words_in_lower_case(key: str, name: str) -> None:
    assert snake_case(key) == name


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        (["item", "dueDate"], "item_due_date"),
        (["id"], "field_id"),
        (["entityName"], "field_entity_name"),
        (["json"], "field_json"),
        (["modelDump"], "field_model_dump"),
        (["2fa"], "field_2fa"),
        (["名前"], "field"),
        ([""], "field"),
        (["taken"], "taken_2"),
        (["Taken"], "taken_2"),
        (["a" * 40, "b" * 40, "c"], f"{'b' * 40}_c"),
        (["a" * 100], "a" * MAX_CHARACTERS),
    ],
)
def test_a_name_is_free_and_not_reserved(keys: list[str], name: str) -> None:
    assert field_name(keys, {"taken"}) == name


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_every_name_is_one_of_a_field(keys: list[str]) -> None:
    name = field_name(keys, {"shop_id"})

    fields = {"shop_id": {"type": "id"}, name: {"type": "text"}}
    model = model_of("shop", {"description": "A shop.", "fields": fields})

    assert [*model.model_fields] == ["shop_id", name]


@given(st.lists(st.sampled_from(["a", "A", "a-", "a_2", "a_3"])))
def test_equal_names_get_numbers(keys: list[str]) -> None:
    names: list[str] = []

    for key in keys:
        names.append(field_name([key], names))

    assert len({*names}) == len(keys)
