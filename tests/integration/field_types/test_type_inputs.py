"""A boolean, a time and a list are stored as the same value from each input of JSON."""

from decimal import Decimal

from tests.integration.cloud import Cloud
from tests.integration.field_types.inputs import Input, at_each_input

FIT = {
    '"is_on":false': ("is_on", False),
    '"set_at":"2026-01-31T12:00:00+02:00"': ("set_at", "2026-01-31T10:00:00.000000Z"),
    '"set_at":"2026-01-31 10:00:00.5z"': ("set_at", "2026-01-31T10:00:00.500000Z"),
    '"set_at":"2016-12-31T23:59:60Z"': ("set_at", "2016-12-31T23:59:59.999999Z"),
    '"flags":[true,null,false]': ("flags", [True, None, False]),
    '"flags":[]': ("flags", []),
    '"readings":[0.10000000000000000000001,"2.50",3]': (
        "readings",
        [Decimal("0.10000000000000000000001"), Decimal("2.5"), 3],
    ),
    '"times":["2026-01-31T12:00:00+02:00",null]': (
        "times",
        ["2026-01-31T10:00:00.000000Z", None],
    ),
    '"days":["2026-01-31"]': ("days", ["2026-01-31"]),
}
UNFIT = [
    *('"is_on":"true"', '"is_on":"false"', '"is_on":1', '"is_on":"yes"', '"is_on":[true]'),
    *('"set_at":"2026-01-31T12:00:00"', '"set_at":"2026-01-31"', '"set_at":1769860800'),
    *('"set_at":"2026-01-30T23:59:60Z"', '"set_at":"9999-12-31T23:59:59-00:01"'),
    *('"set_at":"2026-02-30T12:00:00Z"', '"set_at":"0000-01-01T00:00:00Z"', '"set_at":true'),
    *('"flags":true', '"flags":"[true]"', '"flags":["true"]', '"flags":[1]', '"flags":{}'),
    *('"readings":"1"', '"readings":[null]', '"readings":[true]', '"readings":[[1]]'),
    *('"times":"2026-01-31T12:00:00Z"', '"times":["2026-01-31"]', '"days":["x"]'),
]


@at_each_input
def test_a_value_of_each_type_is_stored_from_each_input(cloud: Cloud, put: Input) -> None:
    for field, (name, stored) in FIT.items():
        cloud.empty_table()

        put(cloud, f'{{"meter_id":"m-1",{field}}}')

        assert cloud.rows()["METER#m-1"][name] == stored, field


@at_each_input
def test_no_input_takes_a_value_of_another_type(cloud: Cloud, put: Input) -> None:
    for field in UNFIT:
        put(cloud, f'{{"meter_id":"m-1",{field}}}')

    assert cloud.rows() == {}
