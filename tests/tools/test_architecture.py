"""The README's picture is what Terraform plans: a new part, arrow or module must change it."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from tests.architecture.draw import PICTURE, Misfit, picture
from tests.support.planned import Plan
from tests.support.rehearsal import Resource


def without(plan: Plan, type_: str, address: str) -> Plan:
    kept = [it for it in plan.resources if (it.type, it.address) != (type_, address)]
    assert len(kept) < len(plan.resources)
    return replace(plan, resources=kept)


def test_the_committed_picture_is_up_to_date(planned: Plan) -> None:
    assert PICTURE.read_text() == picture(planned), "run `make architecture` and look at it"


def test_the_picture_is_well_formed(planned: Plan) -> None:
    drawn = ET.fromstring(picture(planned))

    texts = {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Sources", "Router", "Table", "Dead letters", "Endpoint"} <= texts


def test_an_arrow_that_is_gone_is_named(planned: Plan) -> None:
    address = "module.changes.aws_lambda_event_source_mapping.this"

    with pytest.raises(Misfit, match=r"remove.*arrow.*changes\.function"):
        picture(without(planned, "aws_lambda_event_source_mapping", address))


def test_a_part_that_is_new_is_named(planned: Plan) -> None:
    queue = Resource("module.router.aws_sqs_queue.more", "aws_sqs_queue", {"arn": "arn:more"})

    with pytest.raises(Misfit, match=r"add.*part.*router\.aws_sqs_queue\.more"):
        picture(replace(planned, resources=[*planned.resources, queue]))


def test_one_more_source_changes_nothing(planned: Plan) -> None:
    more = [
        Resource(it.address.replace("sourceA", "sourceE"), it.type, it.values)
        for it in planned.resources
        if "sourceA" in it.address and it.type == "aws_sqs_queue"
    ]

    assert picture(replace(planned, resources=[*planned.resources, *more])) == PICTURE.read_text()
