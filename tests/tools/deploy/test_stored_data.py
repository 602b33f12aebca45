"""The deletions of a plan, read from Terraform's JSON."""

from typing import Any

import pytest

from infra.tools.deploy.stored_data import deleted_resources

KINDS = ["aws_sqs_queue", "aws_dynamodb_table", "aws_s3_bucket"]


def change(address: str, *actions: str, **further: Any) -> dict[str, Any]:
    """Return an entry of a plan's `resource_changes`. The resource's id is its address."""
    before = None if actions == ("create",) else {"id": address}
    return {
        "address": address,
        "mode": "managed",
        "type": address.rpartition(".")[0].rpartition(".")[2],
        "change": {"actions": list(actions), "before": before, "after": None},
    } | further


def deleted(*changes: dict[str, Any]) -> list[str]:
    return [
        attributes["id"] for _, attributes in deleted_resources({"resource_changes": list(changes)})
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("actions", [("delete",), ("delete", "create"), ("create", "delete")])
def test_a_deleted_or_replaced_resource_is_found(kind: str, actions: tuple[str, ...]) -> None:
    found = deleted_resources({"resource_changes": [change(f"{kind}.this", *actions)]})

    assert found == [(kind, {"id": f"{kind}.this"})]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "actions", [("no-op",), ("create",), ("update",), ("forget",), ("create", "forget")]
)
def test_a_resource_that_stays_is_not_found(kind: str, actions: tuple[str, ...]) -> None:
    assert deleted(change(f"{kind}.this", *actions)) == []


def test_a_data_source_is_not_found() -> None:
    data = change("data.aws_s3_bucket.theirs", "read", mode="data")

    assert deleted(data) == []


def test_a_deletion_is_found_in_any_module() -> None:
    addresses = [
        "aws_sqs_queue.root",
        'module.source["sourceA"].aws_sqs_queue.dlq',
        'module.subscriber["web"].module.delivery[0].aws_sqs_queue.this',
    ]

    assert deleted(*(change(address, "delete") for address in addresses)) == addresses


def test_the_index_of_search_is_no_data_because_it_can_be_built_again() -> None:
    queues = ["module.search.aws_sqs_queue.this", "module.search.aws_sqs_queue.failures"]
    index = change("module.search.aws_s3_bucket.this", "delete")

    assert deleted(*(change(queue, "delete") for queue in queues), index) == queues


def test_renaming_a_source_deletes_the_queues_of_its_old_name() -> None:
    modules = {"delete": 'module.source["sourceA"]', "create": 'module.source["sourceX"]'}

    found = deleted(
        *(
            change(f"{module}.aws_sqs_queue.{role}", action)
            for action, module in modules.items()
            for role in ("this", "dlq")
        )
    )

    assert found == [f"{modules['delete']}.aws_sqs_queue.{role}" for role in ("this", "dlq")]


def test_the_deposed_object_of_an_unfinished_replacement_is_found() -> None:
    left = change("aws_sqs_queue.this", "delete", deposed="5bb2f0ad")

    assert deleted(change("aws_sqs_queue.this", "no-op"), left) == ["aws_sqs_queue.this"]


def test_a_plan_without_changes_deletes_nothing() -> None:
    assert deleted_resources({"format_version": "1.2"}) == []
