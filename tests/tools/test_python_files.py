"""The length of Python files: one of more lines has more than one subject."""

from infra.tools.paths import ROOT

LONGEST_FILE = 230
FOLDERS = ("entities", "ingestion", "infra", "tests", "docs")


def test_no_file_is_longer_than_its_subject() -> None:
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]

    long = [
        str(file.relative_to(ROOT))
        for file in files
        if len(file.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE
    ]

    assert len(files) > 500
    assert long == []
