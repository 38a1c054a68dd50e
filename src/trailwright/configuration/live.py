"""Settings as they are now: what the process was started with, and above it what an admin set in the web app.

What the environment or `.env` names stays as it is there. Every process looks every two seconds.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from trailwright.configuration import queries
from trailwright.configuration.catalogue import CATALOGUE, value_of
from trailwright.configuration.sealing import seal, unseal
from trailwright.errors import ConflictError, InvalidError
from trailwright.kit.db import AWAY, Database
from trailwright.kit.log import also_mask, environment_secrets, get_logger, secret_values
from trailwright.settings import (
    PREFIX,
    Settings,
    SettingsError,
    file_values,
    given_names,
    with_values,
)

LOOK_EVERY_S = 2.0
Value = str | int | float | None
Listener = Callable[[Settings], Awaitable[None]]

log = get_logger(__name__)


class Live:
    """One per process. `settings` is what holds now; `web` is what was set in the web app and counts."""

    def __init__(self, base: Settings, db: Database) -> None:
        self.base = base
        self.settings = base
        self.web: dict[str, Value] = {}
        self._db = db
        self._given = given_names(file_values(base.data_dir))
        self._seen: Mapping[str, str] = {}
        self._listeners: list[Listener] = []
        also_mask([*secret_values(base), *environment_secrets(os.environ)])

    def listen(self, listener: Listener) -> None:
        """Call this after each change, one after the other, in the order in which they came to listen."""
        self._listeners.append(listener)

    def source(self, name: str) -> str:
        """`environment` (or `.env`), `web`, `file` or `default`: where the value comes from."""
        given = self._given.get(f"{PREFIX}{name}")
        if given in {"environment", ".env"}:
            return "environment"
        return "web" if name in self.web else "file" if given else "default"

    async def watch(self) -> None:
        """Look for as long as the process lives."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.refresh()
            except AWAY as error:
                log.warning("settings could not be read", error=type(error).__name__)

    async def refresh(self) -> None:
        """Read what is stored, and tell whoever listens if it is something else than before."""
        async with self._db.reading() as reader:
            stored = await queries.stored(reader)
        if stored == self._seen:
            return
        self._seen = stored
        self.web = self._opened(stored)
        self.settings = self._built()
        also_mask(secret_values(self.settings))
        for listener in self._listeners:
            await listener(self.settings)

    def accepted(self, changes: Mapping[str, Value]) -> dict[str, Value]:
        """What these changes come to, validated with all the rest; a key without its server is taken away.

        Raises `InvalidError` that names each wrong one, `ConflictError` for one the environment fixes.
        """
        wrong = [
            _wrong(name, "is no setting that can be set here") for name in changes if name not in CATALOGUE
        ]
        if wrong:
            raise InvalidError("This setting is unknown.", code="unknown_setting", errors=wrong)
        fixed = [name for name in changes if self.source(name) == "environment"]
        if fixed:
            errors = [_wrong(name, "is fixed by the environment") for name in fixed]
            raise ConflictError("The environment fixes this.", code="setting_locked", errors=errors)
        wanted = {name: _meant(value) for name, value in changes.items()}
        wanted |= self._keys_left_behind(wanted)
        self.candidate(wanted)
        return wanted

    def candidate(self, changes: Mapping[str, Value]) -> Settings:
        """Settings as they would be; raises `InvalidError` that names each wrong one."""
        values = {**self.web, **{name: _meant(value) for name, value in changes.items()}}
        wrong = [_wrong(name, said) for name in changes if (said := _no_address(name, values[name]))]
        if wrong:
            raise InvalidError("This is no address.", errors=wrong)
        try:
            return with_values(
                self.base, {name: value for name, value in values.items() if value is not None}
            )
        except SettingsError as error:
            problems = [_wrong(name.removeprefix(PREFIX), said) for name, said in error.problems]
            raise InvalidError("A setting is wrong.", errors=problems) from None

    def sealed(self, values: Mapping[str, Value]) -> dict[str, str | None]:
        """As they are stored: JSON, keys encrypted."""
        return {name: None if value is None else self._sealed(name, value) for name, value in values.items()}

    def _sealed(self, name: str, value: Value) -> str:
        text = json.dumps(value)
        if CATALOGUE[name].kind != "secret":
            return text
        if self.base.secret_key is None:
            raise ConflictError("This installation has no secret to keep keys with.", code="no_secret_key")
        return seal(self.base.secret_key.get_secret_value(), name, text)

    def _opened(self, stored: Mapping[str, str]) -> dict[str, Value]:
        """Those that are known, are not fixed by the environment and can be read."""
        found: dict[str, Value] = {}
        for name, text in stored.items():
            if name not in CATALOGUE or self.source(name) == "environment":
                continue
            plain = self._unsealed(name, text) if CATALOGUE[name].kind == "secret" else text
            if plain is None:
                log.warning("a stored key cannot be read; set it again", setting=name)
                continue
            found[name] = json.loads(plain)
        return found

    def _unsealed(self, name: str, text: str) -> str | None:
        secret = self.base.secret_key
        return None if secret is None else unseal(secret.get_secret_value(), name, text)

    def _built(self) -> Settings:
        """What an older version stored and this one does not allow is left out."""
        try:
            return with_values(self.base, self.web)
        except SettingsError as error:
            bad = {name.removeprefix(PREFIX) for name, _ in error.problems}
            log.warning("stored settings are not valid", settings=sorted(bad))
            self.web = {name: value for name, value in self.web.items() if name not in bad}
            return with_values(self.base, self.web)

    def _keys_left_behind(self, wanted: Mapping[str, Value]) -> dict[str, Value]:
        """Stored keys whose server changes: a key goes only where it was set for."""
        keys = (name for name in self.web if CATALOGUE[name].kind == "secret" and name not in wanted)
        return {name: None for name in keys if self._server(name, {}) != self._server(name, wanted)}

    def _server(self, key: str, changes: Mapping[str, Value]) -> tuple[Any, ...]:
        """What decides where a key is sent."""
        group = key.removesuffix("API_KEY")
        places = (f"{group}PROVIDER", f"{group}BASE_URL", f"{group}MODEL")
        now = [
            changes[name] if name in changes else value_of(self.settings, name)
            for name in places
            if name in CATALOGUE
        ]
        return tuple(_provider(value) for value in now)


def _provider(value: Any) -> Any:
    """Of a model its provider; an address or a provider as it is."""
    return value if not isinstance(value, str) or "://" in value else value.partition(":")[0]


def _meant(value: Value) -> Value:
    """Text without blanks around it; an empty one is none."""
    return (value.strip() or None) if isinstance(value, str) else value


def _no_address(name: str, value: Value) -> str | None:
    if not name.endswith("BASE_URL") or value is None:
        return None
    try:
        parts = urlsplit(str(value))
        fits = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        return "must be an address such as http://127.0.0.1:1234/v1"
    return "must not hold a password" if "@" in parts.netloc else None


def _wrong(name: str, said: str) -> dict[str, str]:
    return {"field": name, "message": said}
