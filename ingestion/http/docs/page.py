"""The page that shows the OpenAPI document and lets people try the interface in a browser."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

import aws_lambda_powertools
from aws_lambda_powertools.event_handler import Response

# Powertools' own page holds the document, so each request would build it; it also loads an icon
# that does not exist, and its import of OpenAPI models slows every start.
_PAGE = Path(__file__).with_name("page.html")
_SWAGGER_UI = Path(aws_lambda_powertools.__file__).parent / "event_handler/openapi/swagger_ui"
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src"
)


def page_response() -> Response[str]:
    """Return the page, which loads only the document beside it."""
    page, policy = _page()
    headers = {"Content-Security-Policy": policy}
    return Response(HTTPStatus.OK.value, "text/html; charset=utf-8", page, headers)


@cache
def _page() -> tuple[str, str]:
    """Return the page, and the policy that allows its own scripts and no other."""
    page = _PAGE.read_text(encoding="utf-8")
    for name in ("swagger-ui.min.css", "swagger-ui-bundle.min.js"):
        page = page.replace(f"{{{name}}}", (_SWAGGER_UI / name).read_text(encoding="utf-8"))
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = (b64encode(sha256(script.encode()).digest()).decode() for script in scripts)
    return page, " ".join((_POLICY, *(f"'sha256-{digest}'" for digest in digests)))
