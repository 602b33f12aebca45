"""Posts JSON to the API, and retries what may succeed later. Each attempt is signed again."""

import ssl
from collections.abc import Callable, Container
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import httpx
import tenacity
from urllib3 import Retry
from urllib3.exceptions import InvalidHeader

from ingestion.errors import IngestionError

RETRY_ON = (429, 500, 502, 503, 504)
CONTENT_TYPE = {"Content-Type": "application/json"}
Auth = Callable[[httpx.Request], httpx.Request]
Json = dict[str, Any]

_REFUSALS = (401, 403, 404, 405)  # Statuses that no change of the events corrects.

_TIMEOUT_SECONDS = 35  # Longer than the gateway's own timeout.
_CONNECT_RETRIES = 2
_CONNECTION_LOST = (
    *(httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError),
    *(httpx.ReadTimeout, httpx.WriteTimeout),
)
_MAX_WAIT_SECONDS = 120
_backoff = tenacity.wait_exponential_jitter(multiplier=0.3, max=_MAX_WAIT_SECONDS, jitter=0.3)


class Unreachable(IngestionError):
    """The API does not respond."""

    def __init__(self, url: str) -> None:
        super().__init__(f"no response from {url}")
        self.url = url


class NotAllowed(IngestionError):
    """The API refuses every request with this credential, or the URL is not that of the API."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"{response.url} responds with HTTP {response.status_code}")
        self.status = response.status_code


def new_client(auth: Auth) -> httpx.Client:
    """Return a client that authenticates its requests and trusts the machine's certificates."""
    transport = httpx.HTTPTransport(verify=ssl.create_default_context(), retries=_CONNECT_RETRIES)
    return httpx.Client(auth=auth, transport=transport, timeout=_TIMEOUT_SECONDS)


def post_json(http: httpx.Client, url: str, body: bytes, *, retries: int) -> httpx.Response:
    """Return the last response. Raises httpx.RequestError if there is none."""
    request = http.build_request("POST", url, content=body, headers=CONTENT_TYPE)
    return retry_request(lambda: http.send(request), retries=retries)


def retry_request(
    send: Callable[[], httpx.Response], *, retries: int, statuses: Container[int] = RETRY_ON
) -> httpx.Response:
    """Send again after a lost connection or one of these statuses. Return the last response.

    Raises httpx.RequestError if there is none.
    """
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(_CONNECTION_LOST)
        | tenacity.retry_if_result(lambda response: response.status_code in statuses),
        stop=tenacity.stop_after_attempt(retries + 1),
        wait=_wait_seconds,
        retry_error_callback=lambda state: state.outcome and state.outcome.result(),
    )
    return retrying(send)


def require_credential(response: httpx.Response) -> None:
    """Raise NotAllowed if the API refuses the credential, or does not know the URL."""
    if response.status_code in _REFUSALS:
        raise NotAllowed(response)


def json_object(response: httpx.Response) -> Json:
    """Return the JSON object of a response; an empty one if the response holds anything else."""
    try:
        document: Any = response.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def lacks_entity(response: httpx.Response) -> bool:
    """Return whether the API itself says that it has no such entity.

    The gateway and other servers respond with 404 to a wrong URL, but without the request's id.
    """
    return response.status_code == HTTPStatus.NOT_FOUND and "X-Request-Id" in response.headers


def _wait_seconds(state: tenacity.RetryCallState) -> float:
    """Return the seconds of Retry-After (at most two minutes), or an exponential backoff."""
    seconds = 0.0
    if state.outcome and not state.outcome.failed:
        with suppress(InvalidHeader):
            header = state.outcome.result().headers.get("Retry-After", "0")
            seconds = Retry().parse_retry_after(header)
    return min(seconds, _MAX_WAIT_SECONDS) or _backoff(state)
