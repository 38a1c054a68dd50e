"""Every setting with its value and where it comes from; secrets are masked."""

from collections.abc import Iterable
from typing import Any

from pydantic import SecretStr

from trailwright.configuration.catalogue import value_of
from trailwright.kit.log import Redactor, secret_values
from trailwright.settings import PREFIX, Settings, file_values, given_names, known_names

MASK = "***"


def rows(settings: Settings, web: Iterable[str], *, by_option: bool) -> list[dict[str, Any]]:
    """`{name, value, source}` of every setting; `web`: names set in the web app; `by_option`: by `--data`."""
    given = given_names(file_values(settings.data_dir))
    given |= dict.fromkeys((f"{PREFIX}{name}" for name in web), "web app")
    if by_option:
        given[f"{PREFIX}DATA_DIR"] = "--data"
    redact = Redactor(secret_values(settings))
    return [
        {"name": name, "value": _shown(_value(settings, name), redact), "source": given.get(name, "default")}
        for name in known_names()
    ]


def _value(settings: Settings, name: str) -> Any:
    return value_of(settings, name.removeprefix(PREFIX))


def _shown(value: Any, redact: Redactor) -> str | int | float | list[str] | None:
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else None
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return value if value is None or isinstance(value, int | float) else redact(str(value))
