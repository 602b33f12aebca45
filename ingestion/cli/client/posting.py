"""Posts JSON to the API, again where time mends it: who sends is shown anew for each try."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self
from uuid import uuid4

from urllib3 import BaseHTTPResponse, PoolManager, Retry
from urllib3.exceptions import HTTPError, MaxRetryError

CONTENT_TYPE = {"Content-Type": "application/json"}
_TIMEOUT_SECONDS = 35  # Longer than the gateway waits.


@dataclass(frozen=True)
class Post:
    """A request; its tries share `message_id`."""

    url: str
    body: bytes
    message_id: str = field(default_factory=lambda: uuid4().hex)
    tries: int = 0

    @property
    def again(self) -> Self:
        """The next try of it."""
        return replace(self, tries=self.tries + 1)


Authenticate = Callable[[Post], dict[str, str]]  # The headers that show who sends.


def send(
    http: PoolManager, post: Post, authenticate: Authenticate, retry: Retry
) -> BaseHTTPResponse:
    """The answer to the last try. Raises HTTPError where nobody answers."""
    while True:
        answer: BaseHTTPResponse | None = None
        try:
            answer = http.request(
                "POST",
                post.url,
                body=post.body,
                headers=CONTENT_TYPE | authenticate(post),
                retries=False,
                timeout=_TIMEOUT_SECONDS,
            )
            if not retry.is_retry("POST", answer.status, "Retry-After" in answer.headers):
                return answer
            retry = retry.increment("POST", post.url, response=answer)
        except MaxRetryError:
            if answer is None:
                raise
            return answer
        except HTTPError as error:
            retry = retry.increment("POST", post.url, error=error)
        retry.sleep(answer)
        post = post.again
