"""A number is stored as the same value from each input."""

import json
from decimal import Decimal

from tests.integration.cloud import Cloud
from tests.integration.field_types.inputs import Input, at_each_input

WAYS = {
    "4.39": ["4.39", '"4.39"', "4.390"],
    "41": ["41", "41.0", "4.1E1", '"41.00"'],
    "1.0000000000000000000000000001": ["1.0000000000000000000000000001"],
    "0": ["-0.0"],
}
UNFIT = [
    '"note":4.39',
    '"note":1.0000000000000000000000000001',
    '"reading":true',
    '"reading":1e400',
    '"reading":1e999999999',
    '"reading":1e99999999999999999999',
    f'"reading":{"9" * 39}',
    '"reading":NaN',
    '"reading":-Infinity',
]


@at_each_input
def test_a_number_is_stored_as_the_same_value_from_each_input(cloud: Cloud, put: Input) -> None:
    for text, ways in WAYS.items():
        for way in ways:
            cloud.empty_table()

            put(cloud, f'{{"meter_id":"m-1","reading":{way},"readings":[{way}]}}')

            row = cloud.rows()["METER#m-1"]
            assert row["reading"] == Decimal(text)
            assert row["readings"] == [Decimal(text)]


@at_each_input
def test_no_input_takes_a_number_that_the_field_cannot_hold(cloud: Cloud, put: Input) -> None:
    for field in UNFIT:
        put(cloud, f'{{"meter_id":"m-1",{field}}}')

    assert cloud.rows() == {}


def test_a_fraction_and_its_text_are_the_same_event_on_the_topic(cloud: Cloud) -> None:
    for event_id, way in (("1", "4.39"), ("2", '"4.39"')):
        data = f'{{"meter_id":"m-1","reading":{way}}}'
        cloud.post(f'{{"entity_name":"METER","id":"{event_id}","body":{data}}}')

    first, second = (json.loads(record["body"])["data"] for record in cloud.queued())

    assert first == {"meter_id": "m-1", "reading": "4.39"}
    assert second == first
