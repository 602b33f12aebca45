"""The length of Python files, and their number in a folder: more have more than one subject."""

from collections import Counter

from infra.tools.paths import ROOT

LONGEST_FILE = 230
MOST_FILES = 16
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


def test_no_folder_has_more_files_than_its_subject() -> None:
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]

    in_folders = Counter(str(file.parent.relative_to(ROOT)) for file in files)

    assert len(in_folders) > 100
    assert [folder for folder, count in in_folders.items() if count > MOST_FILES] == []
