"""Every setting of the service: its default, its environment variable, its command-line option, what it
means.

One frozen dataclass is the only place a setting is declared; the environment variable (``MODERATION_`` and
the name in capitals), the option (``--name-with-dashes``) and the test that the documentation names each
follow from it. Secrets have no option: a command line can be read by every user of the machine.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

PREFIX = "MODERATION_"


class SettingsError(ValueError):
    """A setting has a value that cannot be used; the message names the setting and what it takes."""


def _setting(default: Any, meaning: str, *, least: float | None = None, secret: bool = False) -> Any:
    return field(default=default, metadata={"help": meaning, "least": least, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    """How the service runs. Times are seconds, sizes are bytes, lists are separated by commas."""

    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "port to listen on; 0 takes a free one", least=0)
    public_url: str = _setting(
        "", "address clients use, as in https://scores.example.org; empty: from the request"
    )
    trusted_proxies: tuple[str, ...] = _setting(
        ("127.0.0.1",), "addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed"
    )
    model: str = _setting("", "model directory or name; empty: the bundled model")
    threads: int = _setting(0, "scorer threads; 0: one for each core", least=0)
    policy: str = _setting(
        "", "policy file (TOML) with the communities' thresholds; empty: the default policy"
    )
    strict_languages: bool = _setting(
        False, "refuse texts whose language cannot be told, rather than taking them for English"
    )
    queue_size: int = _setting(256, "comments that may wait to be scored before callers get 503", least=1)
    bulk_queue_size: int = _setting(4096, "the same for comments that came in lists", least=1)
    cache_size: int = _setting(4096, "results kept in memory; 0: none", least=0)
    max_batch: int = _setting(1000, "comments in one request", least=1)
    max_body_bytes: int = _setting(2_000_000, "size of a request's body, pages apart", least=1)
    max_page_bytes: int = _setting(5_000_000, "size of a page sent to /v1/extract and /v1/scan", least=1)
    body_seconds: float = _setting(10.0, "time a client has to send a request's body", least=0.01)
    answer_seconds: float = _setting(15.0, "time a request may wait for its scores", least=0.01)
    list_seconds: float = _setting(120.0, "the same for a list of comments or a page", least=0.01)
    shutdown_seconds: float = _setting(
        30.0, "time accepted requests have to finish when the service stops", least=0
    )
    require_key: bool = _setting(False, "answer only requests with one of our API keys")
    rate_limit: float = _setting(
        0.0, "requests a second for each key or, without one, address; 0: no limit", least=0
    )
    rate_burst: int = _setting(20, "requests that may come at once before the rate limit counts", least=1)
    cors_origins: tuple[str, ...] = _setting(
        (), "web origins whose scripts may call the service; *: every origin"
    )
    database: str = _setting(
        "", "SQLAlchemy URL of the store; empty: a SQLite file in the user's data folder"
    )
    retention_days: float = _setting(
        0.0, "days that suggestions are kept; 0: until they are forgotten", least=0
    )
    coral_secrets: tuple[str, ...] = _setting(
        (), "signing secrets of Coral's external moderation phases", secret=True
    )
    admin_token: str = _setting(
        "", "bearer token of POST /admin/reload; empty: the endpoint is off", secret=True
    )
    log_level: str = _setting("info", "debug, info, warning or error")

    def __post_init__(self) -> None:
        for item in fields(self):
            value, least = getattr(self, item.name), item.metadata["least"]
            if least is not None and not value >= least:
                raise SettingsError(f"{item.name} is {value}, and must be at least {least:g}")
        if self.port > 65535:
            raise SettingsError(f"port is {self.port}, and must be at most 65535")
        if self.log_level not in ("debug", "info", "warning", "error"):
            raise SettingsError(f"log_level is {self.log_level!r}, and must be debug, info, warning or error")
        if self.public_url and not self.public_url.startswith(("http://", "https://")):
            raise SettingsError(f"public_url is {self.public_url!r}, and must start with http:// or https://")

    @classmethod
    def load(
        cls, given: Mapping[str, Any] | None = None, *, environ: Mapping[str, str] | None = None
    ) -> Settings:
        """Settings from ``given`` (values that are None count as not given), then the environment, then
        defaults.

        Raises SettingsError naming the variable whose value cannot be used.
        """
        environ = os.environ if environ is None else environ
        values = {key: value for key, value in (given or {}).items() if value is not None}
        for item in fields(cls):
            variable = variable_of(item)
            if item.name not in values and variable in environ:
                try:
                    values[item.name] = _convert(item, environ[variable])
                except ValueError as error:
                    raise SettingsError(f"{variable}={environ[variable]!r}: {error}") from None
        return cls(**values)

    @classmethod
    def from_arguments(cls, arguments: argparse.Namespace) -> Settings:
        """Settings from what a parser prepared by ``add_arguments`` read, and from the environment."""
        names = {item.name for item in fields(cls)}
        return cls.load({key: value for key, value in vars(arguments).items() if key in names})


def variable_of(item: Field[Any]) -> str:
    return PREFIX + item.name.upper()


def option_of(item: Field[Any]) -> str | None:
    """The command-line option of a setting; None for a secret, which only the environment may hold."""
    return None if item.metadata["secret"] else "--" + item.name.replace("_", "-")


def all_settings() -> Iterator[Field[Any]]:
    yield from fields(Settings)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One option for each setting that is no secret; what is not given stays None, for the environment to
    fill.
    """
    for item in all_settings():
        option = option_of(item)
        if option is None:
            continue
        shown = ",".join(item.default) if isinstance(item.default, tuple) else item.default
        meaning = f"{item.metadata['help']} [{variable_of(item)}; default: {shown or 'none'}]".replace(
            "%", "%%"
        )
        if isinstance(item.default, bool):
            parser.add_argument(option, action=argparse.BooleanOptionalAction, default=None, help=meaning)
        else:
            parser.add_argument(option, type=_converter(item), default=None, metavar="VALUE", help=meaning)


def _converter(item: Field[Any]) -> Any:
    def convert(value: str) -> Any:
        try:
            return _convert(item, value)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert


def _convert(item: Field[Any], value: str) -> Any:
    default = item.default
    if isinstance(default, bool):
        if value.lower() in ("1", "true", "yes", "on"):
            return True
        if value.lower() in ("0", "false", "no", "off", ""):
            return False
        raise ValueError("takes true or false")
    if isinstance(default, int):
        try:
            return int(value)
        except ValueError:
            raise ValueError("takes a whole number") from None
    if isinstance(default, float):
        try:
            return float(value)
        except ValueError:
            raise ValueError("takes a number") from None
    if isinstance(default, tuple):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value
