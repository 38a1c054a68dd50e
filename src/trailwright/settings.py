"""All settings: one frozen tree, read once at the edge and handed down.

Order: environment, `.env`, the web app (`configuration`), `DATA_DIR/config.toml`, default. Names
carry the prefix `TRAILWRIGHT_` and nest with `__`. A wrong value stops the start with its name and what is
allowed; an unknown name is a warning.
"""

import difflib
import os
import re
import tomllib
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as UnreadableError

from trailwright.lids import Limits
from trailwright.settings_parts import Auth, Part, PublicUrl, Retention, Smtp, networks, path_below

PREFIX = "TRAILWRIGHT_"

Positive = Annotated[float, Field(gt=0)]

_HIGHEST_PORT = 65_535


def _split(value: object) -> object:
    """`a, b` of an environment as two words; lists of other sources pass."""
    return (
        tuple(word for part in value.split(",") if (word := part.strip()))
        if isinstance(value, str)
        else value
    )


def _host_and_ports(words: tuple[str, ...]) -> tuple[str, ...]:
    for word in words:
        host, _, port = word.rpartition(":")
        if (
            not host.strip("[]")
            or not port.isascii()
            or not port.isdigit()
            or not 0 < int(port) <= _HIGHEST_PORT
        ):
            message = (
                f"must be host:port, or several with commas between, such as 127.0.0.1:8080, not `{word}`"
            )
            raise ValueError(message)
    return words


def _a_model(name: str) -> str:
    provider, _, model = name.partition(":")
    if name != "local" and not (provider and model):
        message = f"must be `local` or `provider:model`, such as openai:gpt-5-mini, not `{name}`"
        raise ValueError(message)
    return name


ModelName = Annotated[str, AfterValidator(_a_model)]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
"""Written with commas between in the environment, as a list in the file."""


class Database(Part):
    """Connection pool per process; SQLite needs one writer whatever this says."""

    pool_size: Annotated[int, Field(ge=1, le=100)] = 5
    pgbouncer: bool = False


class Storage(Part):
    """S3-compatible storage beside `STORAGE_URL=s3://…`."""

    endpoint: str | None = None
    access_key_id: str | None = None
    secret_access_key: SecretStr | None = None
    region: str | None = None


class Agent(Part):
    """One agent's own model; what is empty comes from `LLM__*`."""

    model: ModelName | None = None
    base_url: str | None = None
    api_key: SecretStr | None = None


class Agents(Part):
    """A model per agent."""

    intent: Agent = Agent()
    architect: Agent = Agent()
    validator: Agent = Agent()
    editor: Agent = Agent()
    tutorial: Agent = Agent()
    resources: Agent = Agent()
    quiz: Agent = Agent()


class Llm(Part):
    """Where models answer and how hard they may be pressed. Times in seconds."""

    model: ModelName = "local"
    base_url: str | None = None
    api_key: SecretStr | None = None
    agents: Agents = Agents()
    local_model: Literal["1.5b", "0.5b"] = "1.5b"
    local_path: Path | None = None
    max_concurrency: Annotated[int, Field(ge=1, le=10_000)] | None = None
    rpm: Annotated[int, Field(ge=1)] | None = None
    tpm: Annotated[int, Field(ge=1)] | None = None
    timeout_s: Positive = 120
    max_attempts: Annotated[int, Field(ge=1, le=20)] = 5
    backoff_s: Annotated[float, Field(ge=0)] = 2


class Worker(Part):
    """How one process works. Times in seconds."""

    concurrency: Annotated[int, Field(ge=1, le=10_000)] = 128
    lease_s: Annotated[float, Field(ge=2)] = 30
    drain_s: Annotated[float, Field(ge=0)] = 20
    item_timeout_s: Positive | None = None


class Search(Part):
    """Where resources are searched."""

    provider: Literal["tavily", "brave", "searxng", "ddgs", "none"] = "none"
    base_url: str | None = None
    api_key: SecretStr | None = None


class Covers(Part):
    """Where covers come from."""

    provider: Literal["local", "unsplash", "openai"] = "local"
    base_url: str | None = None
    api_key: SecretStr | None = None
    model: str | None = None


class Fetch(Part):
    """`host:port` list exempt from the outgoing guard."""

    allow: Annotated[Words, AfterValidator(_host_and_ports)] = ()


class Retry(Part):
    """User-started regenerations of one item within a window of seconds."""

    item_limit: Annotated[int, Field(ge=1)] = 5
    item_window_s: Positive = 3600


class Budget(Part):
    """US dollars: of a task that names no cap itself, and of a user in a calendar month (UTC)."""

    max_cost_usd: Annotated[float, Field(gt=0)] | None = None
    user_month_usd: Annotated[float, Field(gt=0)] | None = None


class Metrics(Part):
    """Bearer token for `/metrics` from elsewhere than loopback."""

    token: SecretStr | None = None


def default_data_dir() -> Path:
    """The platform's folder for application data."""
    return Path(platformdirs.user_data_dir("trailwright", appauthor=False))


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


class Settings(BaseSettings):
    """Contract section 3."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    data_dir: Annotated[Path, AfterValidator(_absolute)] = Field(default_factory=default_data_dir)
    secret_key: SecretStr | None = None
    public_url: PublicUrl | None = None
    trusted_proxies: Annotated[Words, AfterValidator(networks)] = ()
    database_url: str | None = None
    broker_url: str | None = None
    storage_url: str | None = None
    database: Database = Database()
    storage: Storage = Storage()
    llm: Llm = Llm()
    worker: Worker = Worker()
    search: Search = Search()
    covers: Covers = Covers()
    fetch: Fetch = Fetch()
    auth: Auth = Auth()
    retry: Retry = Retry()
    budget: Budget = Budget()
    limits: Limits = Limits()
    metrics: Metrics = Metrics()
    smtp: Smtp = Smtp()
    retention: Retention = Retention()
    token: SecretStr | None = None

    @property
    def below(self) -> str:
        """The path of `PUBLIC_URL`, below which browsers see all there is; mostly empty."""
        return path_below(self.public_url)

    @property
    def effective_database_url(self) -> str:
        """`DATABASE_URL`, or SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'trailwright.db'}"

    @property
    def effective_storage_url(self) -> str:
        """`STORAGE_URL`, or a folder in the data folder."""
        return self.storage_url or f"file://{self.data_dir / 'objects'}"

    @property
    def item_timeout_s(self) -> float:
        """Seconds one item may take in all; a local model gets longer."""
        return self.worker.item_timeout_s or (1800 if self.llm.model == "local" else 600)

    @property
    def max_concurrency(self) -> int:
        """Calls at once per model: 16; the local model one per two cores."""
        if self.llm.max_concurrency is not None:
            return self.llm.max_concurrency
        return max((os.cpu_count() or 2) // 2, 1) if self.llm.model == "local" else 16

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Init values, environment, `.env`; the folder's file is added by `load`."""
        del settings_cls, file_secret_settings
        return init_settings, env_settings, dotenv_settings


class SettingsError(Exception):
    """A wrong setting: its name and what is allowed, for a person. `problems`: (full name, what is wrong)."""

    def __init__(self, words: str, problems: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(words)
        self.problems = tuple(problems)


def known_names(model: type[BaseModel] = Settings, prefix: str = PREFIX) -> Iterator[str]:
    """Every setting's full name, such as `TRAILWRIGHT_LLM__MODEL`."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from known_names(kind, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}"


def load(**overrides: Any) -> Settings:
    """Settings from all sources; raises `SettingsError` naming each wrong one, warns of unknown ones."""
    try:
        first = Settings(**overrides)
        values = file_values(first.data_dir)
        _warn_of_unknown(given_names(values))
        return _above(values)(**overrides) if values else first
    except ValidationError as error:
        raise _wrong(error) from None
    except UnreadableError as error:
        raise SettingsError(_explain_unreadable(str(error))) from None


def with_values(base: Settings, values: Mapping[str, Any]) -> Settings:
    """`base` with other values for these names (without prefix), validated; raises `SettingsError`."""
    merged = base.model_dump()
    for name, value in values.items():
        *groups, last = name.lower().split("__")
        place = merged
        for group in groups:
            place = place[group]
        place[last] = value
    try:
        return Settings(_env_file=None, **merged)
    except ValidationError as error:
        raise _wrong(error) from None


def file_values(data_dir: Path) -> dict[str, Any]:
    """What `config.toml` in the data folder says; nothing without one. Raises `SettingsError`."""
    file = data_dir / "config.toml"
    try:
        if not file.is_file():
            return {}
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not valid TOML: {error}") from None
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from None
    if values.pop("data_dir", None) is not None:
        warnings.warn(f"data_dir in {file} is not used: the file lies in the data folder", stacklevel=3)
    return values


def given_names(values: Mapping[str, Any]) -> dict[str, str]:
    """Full name of each setting that is given, known or not → where: the strongest source of it."""
    found = dict.fromkeys(_flat(values), "config.toml")
    try:
        lines = Path(".env").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        lines = ""
    found |= dict.fromkeys((name.upper() for name in _IN_DOTENV.findall(lines)), ".env")
    here = (name.upper() for name in os.environ)
    return found | dict.fromkeys((name for name in here if name.startswith(PREFIX)), "environment")


_IN_DOTENV = re.compile(rf"^\s*(?:export\s+)?({PREFIX}\w+)\s*=", re.MULTILINE | re.IGNORECASE)


def _flat(values: Mapping[str, Any], prefix: str = PREFIX) -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}"


def _above(values: dict[str, Any]) -> type[Settings]:
    """The settings with a file's values beneath what environment and `.env` say, name by name."""

    class WithFile(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource, **named: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            above = super().settings_customise_sources(settings_cls, *sources, **named)
            return (*above, InitSettingsSource(settings_cls, init_kwargs=values))

    return WithFile


def _wrong(error: ValidationError) -> SettingsError:
    problems = []
    for problem in error.errors(include_url=False, include_input=False):
        name = PREFIX + "__".join(str(part).upper() for part in problem["loc"])
        said = problem["msg"].removeprefix("Value error, ")
        problems.append((name, f"{said[:1].lower()}{said[1:]}"))
    return SettingsError("\n".join(f"{name}: {said}" for name, said in problems), problems)


def _explain_unreadable(said: str) -> str:
    """A text was given where a group of settings stands."""
    found = re.search(r'field "(\w+)"', said)
    group = PREFIX + (found[1].upper() if found else "")
    example = next((name for name in known_names() if name.startswith(f"{group}__")), group)
    return f"{group} is a group of settings, no single one: set its parts, such as {example}"


def _warn_of_unknown(names: Iterable[str]) -> None:
    known = list(known_names())
    for name in sorted(set(names) - set(known)):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        warnings.warn(f"unknown setting {name}{hint}", stacklevel=3)
