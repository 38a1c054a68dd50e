"""Settings for a command: read once, faults and warnings in words for a person."""

import sys
import warnings
from pathlib import Path
from typing import Any

from trailwright.commandline.trouble import Trouble
from trailwright.settings import Settings, SettingsError, load


def settings_for(data: Path | None = None) -> Settings:
    """Settings from all sources, `data` first; unknown names are warned of on standard error."""
    overrides: dict[str, Any] = {} if data is None else {"data_dir": data}
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            settings = load(**overrides)
        except SettingsError as error:
            raise Trouble(f"a setting is wrong.\n{error}") from None
    for one in heard:
        if issubclass(one.category, UserWarning):
            say(str(one.message))
    return settings


def say(words: str) -> None:
    """A line for a person, on standard error, where no program mistakes it for data."""
    sys.stderr.write(f"trailwright: {words}\n")
    sys.stderr.flush()
