"""The console ships few files: its own are small and used, the vendored ones unchanged."""

import re
from hashlib import sha256

import pytest

from infra.tools.paths import ROOT

CONSOLE = ROOT / "ingestion" / "cli" / "console"
STATIC, TEMPLATES = CONSOLE / "static", CONSOLE / "templates"
MAX_LINES = 200  # Of all styles.


def test_the_styles_stay_small() -> None:
    assert len((STATIC / "console.css").read_text().splitlines()) <= MAX_LINES


def test_each_class_of_the_styles_is_used() -> None:
    styles = re.sub(r"/\*.*?\*/|\{[^{}]*\}", "", (STATIC / "console.css").read_text(), flags=re.S)
    sources = [*TEMPLATES.rglob("*.html"), *CONSOLE.rglob("*.py")]
    words = {word for file in sources for word in re.findall(r"[\w-]+", file.read_text())}

    assert set(re.findall(r"\.([a-z][\w-]*)", styles)) - words == set()


def test_vendored_files_have_the_checksums_of_their_package() -> None:
    stated = dict(re.findall(r"`(\S+)` \| `(\w{64})`", (STATIC / "VENDORED.md").read_text()))
    vendored = [*STATIC.glob("*.min.js"), STATIC / "htmx.LICENSE"]

    assert {f.name: sha256(f.read_bytes()).hexdigest() for f in vendored} == stated


@pytest.mark.parametrize("file", sorted(TEMPLATES.rglob("*.html")), ids=lambda file: file.name)
def test_each_template_is_used(file: object) -> None:
    name = str(file).removeprefix(f"{TEMPLATES}/")
    sources = [*TEMPLATES.rglob("*.html"), *CONSOLE.rglob("*.py")]

    assert any(f'"{name}"' in source.read_text() for source in sources)
