from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.http.headers import joined_headers
from tests.support.invocations import request


def test_names_are_in_lower_case_and_values_are_joined() -> None:
    sent = {"multiValueHeaders": {"If-None-Match": ['"a"', '"b"'], "Accept": ["*/*"]}}

    joined = joined_headers(APIGatewayProxyEvent(request("b", "") | sent))

    assert joined == {"if-none-match": '"a","b"', "accept": "*/*"}


def test_single_headers_are_read_if_the_gateway_sends_no_lists() -> None:
    sent = {"multiValueHeaders": None, "headers": {"Accept": "*/*"}}

    assert joined_headers(APIGatewayProxyEvent(request("b", "") | sent)) == {"accept": "*/*"}
