"""An HTTP server that passes searches on to the search function."""

from contextlib import redirect_stdout
from http.server import HTTPServer
from io import StringIO
from urllib.parse import parse_qs, urlsplit

from ingestion.handlers import search
from tests.integration.response import response_of
from tests.integration.search.platform import Platform
from tests.support.invocations import REQUEST_ID, context, request
from tests.support.servers import QuietHandler


class Api(HTTPServer):
    """Passes requests on to the search function."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.platform = platform

    @property
    def url(self) -> str:
        """The address of the stage."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(QuietHandler):
    """Builds the event of a request as API Gateway does."""

    server: Api

    def do_GET(self) -> None:
        """Respond to a search."""
        path, query = urlsplit(self.path).path[1:], parse_qs(urlsplit(self.path).query)
        event = request(path, "", headers=dict(self.headers), method="GET", query=query)
        with redirect_stdout(StringIO()):  # The function's log is not the command's output.
            response = response_of(search.handle(event, context(), self.server.platform.reader))
        kept = {k: v for k, v in response.headers.items() if k != "Content-Encoding"}
        self.answer(response.status, response.text.encode(), **kept, X_Request_Id=REQUEST_ID)
