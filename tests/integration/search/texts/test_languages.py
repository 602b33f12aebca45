"""Words of languages without blanks between words, and the two small sigmas of Greek."""

import pytest

from tests.integration.search.events import contract_event
from tests.integration.search.platform import Platform

CHINESE = "中国风力发电机组技术协议" * 11 + "终点"  # 134 characters of three bytes.
THAI = "ภาษาไทย" * 22  # 154 characters of three bytes.


@pytest.mark.parametrize("query", ["中国*", "name:中国*", f'"{CHINESE}"', CHINESE[:85], "终*"])
def test_the_beginning_of_a_long_run_is_found(platform: Platform, query: str) -> None:
    platform.put(contract_event(1, f"{CHINESE}。终点"), contract_event(2, "turbine"))

    assert platform.ids(query.replace("name:", "contract_name:")) == ["c-1"]


@pytest.mark.parametrize("query", ["ภาษา*", f'"{THAI}"'])
def test_the_beginning_of_a_long_run_of_thai_is_found(platform: Platform, query: str) -> None:
    platform.put(contract_event(1, THAI), contract_event(2, "turbine"))

    [hit] = platform.found(query)

    assert hit["id"] == "c-1"


def test_a_long_run_is_shown_whole_and_its_match_is_marked(platform: Platform) -> None:
    platform.put(contract_event(1, CHINESE))

    [hit] = platform.found("中国*")

    assert {"text": "中国", "match": True} in hit["highlights"][0]
    assert "".join(part["text"] for part in hit["highlights"][0]) == f"c-1 {CHINESE} goods"


@pytest.mark.parametrize("query", ["μαριος", "ΜΑΡΙΟΣ", "Μαριος", "μαριοσ", "μαρι*", "μαριος*"])
@pytest.mark.parametrize("place", ["", "contract_name:"])
def test_a_final_sigma_is_a_sigma(platform: Platform, query: str, place: str) -> None:
    platform.put(contract_event(1, "ΜΑΡΙΟΣ 2026"), contract_event(2, "μαριος 2026"))

    found = platform.found(place + query)

    assert sorted(hit["id"] for hit in found) == ["c-1", "c-2"]
    marked = {part["text"] for hit in found for part in hit["highlights"][0] if part["match"]}
    assert {text.lower()[:4] for text in marked} == {"μαρι"}
    assert len(marked) == 2
