"""The JavaScript packages of the tests come from any mirror, and are always the same."""

import json

from infra.tools.paths import ROOT

LOCK = ROOT / "infra" / "requirements" / "npm" / "package-lock.json"


def test_each_package_has_a_hash_and_no_address() -> None:
    _, *packages = json.loads(LOCK.read_text())["packages"].values()

    assert len(packages) > 100
    assert [found for found in packages if "resolved" in found] == []
    assert all(found["integrity"].startswith("sha512-") for found in packages)
