"""The local stack's Terraform root has links to infra/, and its own imports."""

from pathlib import Path

from infra.tools.paths import CATALOG, INFRA
from infra.tools.stack.local_environment import write_root
from infra.tools.stack.queues import write_imports


def test_the_root_links_to_infra(tmp_path: Path) -> None:
    root = tmp_path / "root" / "infra"

    write_root(root)

    assert {link.name for link in root.glob("*.tf")} == {file.name for file in INFRA.glob("*.tf")}
    assert all(link.resolve() == INFRA / link.name for link in root.iterdir())
    assert (root / "../config/sources.yaml").resolve() == CATALOG


def test_queues_are_imported_until_the_root_is_written_again(tmp_path: Path) -> None:
    root = tmp_path / "root" / "infra"
    write_root(root)

    write_imports(root, {'module.source["a"].aws_sqs_queue.this': "http://x/a", "b.c": "d"})

    assert (root / "imports.tf").read_text().split("\n\n") == [
        'import {\n  to = module.source["a"].aws_sqs_queue.this\n  id = "http://x/a"\n}',
        'import {\n  to = b.c\n  id = "d"\n}\n',
    ]
    write_root(root)
    assert not (root / "imports.tf").exists()


def test_the_root_of_aws_environments_imports_nothing() -> None:
    read = (*INFRA.glob("*.tf"), *INFRA.glob("modules/*/*.tf"))

    imports = [file for file in read if "\nimport {" in f"\n{file.read_text()}"]

    assert imports == []
