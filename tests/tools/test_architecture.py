"""The README's picture is what Terraform plans: a new part, arrow or module must change it."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from tests.architecture.draw import PICTURE, Misfit, picture
from tests.support.terraform.planned import Plan
from tests.support.terraform.terraform_test import Resource


def without(plan: Plan, type_: str, address: str) -> Plan:
    kept = [
        resource
        for resource in plan.resources
        if (resource.type, resource.address) != (type_, address)
    ]
    assert len(kept) < len(plan.resources)
    return replace(plan, resources=kept)


def test_the_committed_picture_is_up_to_date(planned: Plan) -> None:
    assert PICTURE.read_text() == picture(planned), "run `make architecture` and look at it"


def test_the_picture_is_well_formed(planned: Plan) -> None:
    drawn = ET.fromstring(picture(planned))

    texts = {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Sources", "Router", "Table", "Dead letters", "Endpoint"} <= texts


def test_the_error_for_a_removed_arrow_names_the_arrow(planned: Plan) -> None:
    address = "module.changes.aws_lambda_event_source_mapping.this"

    with pytest.raises(Misfit, match=r"remove.*arrow.*changes\.function"):
        picture(without(planned, "aws_lambda_event_source_mapping", address))


def test_the_error_for_a_new_part_names_the_part(planned: Plan) -> None:
    queue = Resource("module.router.aws_sqs_queue.more", "aws_sqs_queue", {"arn": "arn:more"})

    with pytest.raises(Misfit, match=r"add.*part.*router\.aws_sqs_queue\.more"):
        picture(replace(planned, resources=[*planned.resources, queue]))


def test_one_more_source_changes_nothing(planned: Plan) -> None:
    more = [
        Resource(queue.address.replace("sourceA", "sourceE"), queue.type, queue.values)
        for queue in planned.resources
        if "sourceA" in queue.address and queue.type == "aws_sqs_queue"
    ]

    assert picture(replace(planned, resources=[*planned.resources, *more])) == PICTURE.read_text()
