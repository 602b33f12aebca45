from ingestion.store.decode import from_item


def test_an_item_comes_back_in_from_item_json_whose_decimals_are_exact() -> None:
    item = {
        "name": {"S": "text"},
        "flag": {"BOOL": True},
        "count": {"N": "12"},
        "price": {"N": "12.50"},
        "photo": {"B": b"\xff"},
        "tags": {"SS": ["b", "a"]},
        "nested": {"M": {"list": {"L": [{"N": "0.1"}, {"NULL": True}]}}},
    }

    found = from_item(item)

    assert found == {
        "count": 12,
        "flag": True,
        "name": "text",
        "nested": {"list": ["0.1", None]},
        "photo": "/w==",
        "price": "12.50",
        "tags": ["a", "b"],
    }
    assert list(found) == sorted(item)
