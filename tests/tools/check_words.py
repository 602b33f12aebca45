"""Finds words that the style guide forbids in the text files of the folders that are clean."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from infra.tools.paths import ROOT

LIST = Path(__file__).with_name("forbidden_words.toml")
TEXTS = (
    *(".py", ".tf", ".hcl", ".tfvars", ".md", ".yaml", ".yml", ".html"),
    *("console.js", "Makefile", ".ci/run"),
)


def find_words(text: str, forbidden: list[str], allowed: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each forbidden word outside the allowed phrases."""
    blanked = _pattern(allowed).sub(lambda found: re.sub(r"\S", "_", found[0]), text)
    for found in _pattern(forbidden).finditer(blanked):
        yield text.count("\n", 0, found.start()) + 1, " ".join(found[0].split())


def _pattern(words: list[str]) -> re.Pattern[str]:
    either = "|".join(words).replace(" ", r"\s+")
    return re.compile(rf"(?<![a-z])(?:{either})(?![a-z])", re.IGNORECASE)


def clean_files(clean: list[str], unfinished: list[str]) -> list[Path]:
    """Return the tracked text files of these folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *clean],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    names = [name for name in listed.stdout.split("\0") if name.endswith(TEXTS)]
    return [ROOT / name for name in names if name not in unfinished]


def main() -> None:
    """Print each forbidden word with its place, and exit with 1 if there is one."""
    rules = tomllib.loads(LIST.read_text())
    found = [
        f"{file.relative_to(ROOT)}:{line}: {word}"
        for file in clean_files(rules["clean"], rules["unfinished"])
        for line, word in find_words(file.read_text(), rules["forbidden"], rules["allowed"])
    ]
    if found:
        places = "\n".join(found)
        sys.exit(f"{places}\nThe style guide forbids these words: see {LIST.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
