"""The layout of Terraform's files, beyond its own formatter."""

from infra.tools.paths import INFRA

LONGEST_LINE = 140
LONGEST_FILE = 230


def test_no_line_is_longer_than_a_screen_is_wide() -> None:
    files = [*INFRA.rglob("*.tf"), *INFRA.rglob("*.hcl")]

    long = [
        f"{file.relative_to(INFRA)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]

    assert len(files) > 50
    assert long == []


def test_no_file_is_longer_than_its_subject() -> None:
    files = [file for file in INFRA.rglob("*.tf") if ".terraform" not in file.parts]

    long = [
        str(file.relative_to(INFRA))
        for file in files
        if len(file.read_text().splitlines()) > LONGEST_FILE
    ]

    assert len(files) > 50
    assert long == []
