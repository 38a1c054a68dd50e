"""All settings: one frozen tree, read once at the edge and handed down.

Order: environment, `.env`, `DATA_DIR/config.toml`, default. Names carry the prefix `TRAILWRIGHT_` and nest
with `__`. A wrong value stops the start with its name and what is allowed; an unknown name is a warning.
"""

import difflib
import os
import tomllib
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "TRAILWRIGHT_"
PURGE_AFTER_DAYS = 30

Positive = Annotated[float, Field(gt=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Database(_Part):
    """Connection pool per process; SQLite needs one writer whatever this says."""

    pool_size: Annotated[int, Field(ge=1, le=100)] = 5


class Storage(_Part):
    """S3-compatible storage beside `STORAGE_URL=s3://…`."""

    endpoint: str | None = None
    access_key_id: str | None = None
    secret_access_key: SecretStr | None = None
    region: str | None = None


class Agent(_Part):
    """One agent's own model; what is empty comes from `LLM__*`."""

    model: str | None = None
    base_url: str | None = None
    api_key: SecretStr | None = None


class Agents(_Part):
    """A model per agent."""

    intent: Agent = Agent()
    architect: Agent = Agent()
    validator: Agent = Agent()
    editor: Agent = Agent()
    tutorial: Agent = Agent()
    resources: Agent = Agent()
    quiz: Agent = Agent()


class Llm(_Part):
    """Where models answer and how hard they may be pressed. Times in seconds."""

    model: str = "local"
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

    @model_validator(mode="after")
    def _known_model(self) -> "Llm":
        names = [self.model, *(a.model for _, a in self.agents if a.model)]
        for name in names:
            if name != "local" and ":" not in name:
                message = f"model must be `local` or `provider:model`, not `{name}`"
                raise ValueError(message)
        return self


class Worker(_Part):
    """How one process works. Times in seconds."""

    concurrency: Annotated[int, Field(ge=1, le=10_000)] = 128
    lease_s: Annotated[float, Field(ge=2)] = 30
    drain_s: Annotated[float, Field(ge=0)] = 20
    item_timeout_s: Positive | None = None


class Search(_Part):
    """Where resources are searched."""

    provider: Literal["tavily", "brave", "searxng", "ddgs", "none"] = "none"
    base_url: str | None = None
    api_key: SecretStr | None = None


class Covers(_Part):
    """Where covers come from."""

    provider: Literal["local", "unsplash", "openai"] = "local"
    base_url: str | None = None
    api_key: SecretStr | None = None
    model: str | None = None


class Fetch(_Part):
    """`host:port` list exempt from the outgoing guard."""

    allow: tuple[str, ...] = ()


class Auth(_Part):
    """Who is let in. `mode` None: `local` for `up`, else `accounts`."""

    mode: Literal["local", "accounts"] | None = None
    registration: Literal["open", "invite", "closed"] = "invite"


class Retry(_Part):
    """User-started regenerations of one item within a window of seconds."""

    item_limit: Annotated[int, Field(ge=1)] = 5
    item_window_s: Positive = 3600


class Budget(_Part):
    """Default cap of money per task in US dollars."""

    max_cost_usd: Annotated[float, Field(gt=0)] | None = None


class Metrics(_Part):
    """Bearer token for `/metrics` from elsewhere than loopback."""

    token: SecretStr | None = None


def default_data_dir() -> Path:
    """The platform's folder for application data."""
    return Path(platformdirs.user_data_dir("trailwright", appauthor=False))


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

    data_dir: Path = Field(default_factory=default_data_dir)
    secret_key: SecretStr | None = None
    public_url: str | None = None
    trusted_proxies: tuple[str, ...] = ()
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
    metrics: Metrics = Metrics()

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
    """A wrong setting: its name and what is allowed, for a person."""


def known_names(model: type[BaseModel] = Settings, prefix: str = PREFIX) -> Iterator[str]:
    """Every setting's full name, such as `TRAILWRIGHT_LLM__MODEL`."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from known_names(kind, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}"


def load(**overrides: Any) -> Settings:  # noqa: ANN401 - field values of many types
    """Settings from all sources; raises `SettingsError` naming each wrong one."""
    _warn_of_unknown(os.environ)
    try:
        first = Settings(**overrides)
        file = first.data_dir / "config.toml"
        if not file.is_file():
            return first
        values = tomllib.loads(file.read_text(encoding="utf-8"))
        return _beneath(first, values, overrides)
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(error))) from None
    except tomllib.TOMLDecodeError as error:
        message = f"config.toml in the data folder is not valid TOML: {error}"
        raise SettingsError(message) from None


def _beneath(first: Settings, file_values: Mapping[str, Any], overrides: Mapping[str, Any]) -> Settings:
    """File values under what environment and overrides set."""
    given = first.model_dump(exclude_unset=True)
    return Settings(**_merge(_merge(dict(file_values), given), overrides))


def _merge(low: dict[str, Any], high: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(low)
    for key, value in high.items():
        below = merged.get(key)
        merged[key] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _explain(error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        name = PREFIX + "__".join(str(part).upper() for part in problem["loc"])
        yield f"{name}: {problem['msg']}"


def _warn_of_unknown(environ: Mapping[str, str]) -> None:
    known = list(known_names())
    for name in environ:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            warnings.warn(f"unknown setting {name}{hint}", stacklevel=3)
