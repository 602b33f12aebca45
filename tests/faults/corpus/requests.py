"""All requests to the API."""

from tests.faults.corpus.about_cloudevents import ABOUT_CLOUDEVENTS
from tests.faults.corpus.about_events import ABOUT_EVENTS
from tests.faults.corpus.about_requests import ABOUT_THE_REQUEST
from tests.faults.corpus.harmless import HARMLESS, MIXED

REQUESTS = (*ABOUT_THE_REQUEST, *ABOUT_EVENTS, *ABOUT_CLOUDEVENTS, *HARMLESS, *MIXED)
