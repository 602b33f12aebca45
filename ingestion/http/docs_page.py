"""The interface's own description: its OpenAPI document, and a page to try it out in a browser."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

import aws_lambda_powertools
from aws_lambda_powertools.event_handler import Response

_SWAGGER_UI = Path(aws_lambda_powertools.__file__).parent / "event_handler/openapi/swagger_ui"
# Not Powertools' own page: it holds the document, so that it would be made for each request, wants
# an icon that is not there, and costs every start the import of its OpenAPI models.
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Ingestion</title>
<link rel="icon" href="data:,">
<style>{css}</style>
</head>
<body>
<div id="swagger-ui"></div>
<script>{bundle}</script>
<script>
SwaggerUIBundle({{
  dom_id: "#swagger-ui",
  url: location.pathname.replace(/docs\\/?$/, "openapi.json"),
  deepLinking: true
}})
</script>
</body>
</html>
"""
_POLICY = (
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "img-src data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)


def answer_page() -> Response[str]:
    """A page of its own, which loads nothing but the document beside it."""
    page = _page()
    headers = {"Content-Security-Policy": _policy(page)}
    return Response(HTTPStatus.OK.value, "text/html; charset=utf-8", page, headers)


@cache
def _page() -> str:
    css, bundle = (
        (_SWAGGER_UI / name).read_text(encoding="utf-8")
        for name in ("swagger-ui.min.css", "swagger-ui-bundle.min.js")
    )
    return _PAGE.format(css=css, bundle=bundle)


@cache
def _policy(page: str) -> str:
    """Let the page's own scripts run, and no other."""
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = (b64encode(sha256(script.encode()).digest()).decode() for script in scripts)
    return "; ".join((*_POLICY, " ".join(("script-src", *(f"'sha256-{d}'" for d in digests)))))
