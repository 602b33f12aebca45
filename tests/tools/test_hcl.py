"""How Terraform's files are written, as far as its own formatter does not say."""

from infra.tools.paths import INFRA

LONGEST_LINE = 140


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
