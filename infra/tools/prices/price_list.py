"""Reads the list prices of config/prices.yaml."""

from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from entities.declared.yaml_file import BadYaml, Places, parse_yaml
from infra.tools.errors import SetupError
from infra.tools.paths import CONFIG

FILE = CONFIG / "prices.yaml"
Price = Annotated[float, Field(ge=0)]
_MESSAGES: dict[str, str] = {
    "missing": "this key is missing",
    "extra_forbidden": "is not a known key: remove it, or correct its spelling",
}


class Prices(BaseModel):
    """Dollars a month, for a million requests, for a million gigabyte-seconds, or a gigabyte."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    alarm_metric: Price
    custom_metric: Price
    dashboard: Price
    encryption_key: Price
    secret: Price
    firewall: Price
    firewall_rule: Price
    api_requests: Price
    firewall_requests: Price
    function_requests: Price
    topic_requests: Price
    topic_deliveries: Price
    queue_requests: Price
    write_units: Price
    read_units: Price
    object_writes: Price
    function_gb_seconds_arm64: Price
    function_gb_seconds_x86_64: Price
    log_gb: Price


class PriceList(BaseModel):
    """The prices of a region, and where they come from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    region: str
    date: str
    source: str
    prices: Prices


class Units(NamedTuple):
    """Something that costs money: how much of it there is, and the name of its price."""

    label: str
    amount: float
    price: str

    def dollars(self, prices: Prices) -> float:
        """Return what it costs."""
        return self.amount * self.price_in(prices)

    def price_in(self, prices: Prices) -> float:
        """Return the price of one."""
        found: float = getattr(prices, self.price)
        return found


def load_prices(file: Path = FILE) -> PriceList:
    """Return the prices. Raises SetupError, which names each wrong key with its line."""
    try:
        text = file.read_text(encoding="utf-8")
        return PriceList.model_validate(parse_yaml(text))
    except ValidationError as error:
        places = Places(text)
        faults = "; ".join(_describe(fault, file, places) for fault in error.errors())
        raise SetupError(faults) from error
    except BadYaml as error:
        raise SetupError(f"{file}: {error}") from error
    except OSError as error:
        raise SetupError(f"{file} cannot be read: {error.strerror}.") from error


def _describe(fault: ErrorDetails, file: Path, places: Places) -> str:
    place, keys = f"{file}:{places.find_line(fault['loc'])}", map(str, fault["loc"])
    return f"{place}: {'.'.join(keys)}: {_MESSAGES.get(fault['type'], fault['msg'])}"
