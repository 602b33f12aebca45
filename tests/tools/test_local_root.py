"""The local stack's root: infra/ as it is, and imports that AWS environments never read."""

from pathlib import Path

from infra.tools.paths import CATALOG, INFRA
from infra.tools.stack.local_environment import write_root
from infra.tools.stack.queues import write_imports


def test_the_root_is_infra_itself(tmp_path: Path) -> None:
    root = tmp_path / "root" / "infra"

    write_root(root)

    assert {it.name for it in root.glob("*.tf")} == {it.name for it in INFRA.glob("*.tf")}
    assert all(it.resolve() == INFRA / it.name for it in root.iterdir())
    assert (root / "../config/sources.yaml").resolve() == CATALOG


def test_queues_are_imported_until_the_root_is_laid_out_again(tmp_path: Path) -> None:
    root = tmp_path / "root" / "infra"
    write_root(root)

    write_imports(root, {'module.source["a"].aws_sqs_queue.this': "http://x/a", "b.c": "d"})

    assert (root / "imports.tf").read_text().split("\n\n") == [
        'import {\n  to = module.source["a"].aws_sqs_queue.this\n  id = "http://x/a"\n}',
        'import {\n  to = b.c\n  id = "d"\n}\n',
    ]
    write_root(root)
    assert not (root / "imports.tf").exists()


def test_what_aws_environments_read_imports_nothing() -> None:
    read = (*INFRA.glob("*.tf"), *INFRA.glob("modules/*/*.tf"))

    imports = [it for it in read if "\nimport {" in f"\n{it.read_text()}"]

    assert imports == []
