"""The headers of a request, as rules on headers read them."""

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent


def header_values(request: APIGatewayProxyEvent) -> dict[str, list[str]]:
    """Return the values of each header, in their order, by its name in lower case."""
    headers = request.resolved_headers_field.items()
    return {
        name.lower(): [values] if isinstance(values, str) else list(values)
        for name, values in headers
    }


def joined_headers(request: APIGatewayProxyEvent, separator: str = ",") -> dict[str, str]:
    """Return the headers by their names in lower case. Joins the values of a repeated header."""
    return {name: separator.join(values) for name, values in header_values(request).items()}
