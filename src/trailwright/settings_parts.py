"""Groups of settings about people: who is let in, mail, how long things are kept. `settings` has them all."""

import ipaddress
import re
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

PURGE_AFTER_DAYS = 30
_HIGHEST_PORT = 65_535

PAGES = ("new", "tasks", "settings", "trash", "login", "register", "reset", "account", "users")
"""Of the web app; whatever is below them is one, too."""

PARENTS = ("roadmap", "shared")
"""Only what is below these is a page."""

_OWN = frozenset({*PAGES, *PARENTS, "api", "assets", "metrics"})
_PATH = re.compile(r"(?:/[A-Za-z0-9_~-]+)*/?")


def networks(words: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses and networks; a name would never be met, and everybody would look like the proxy."""
    for word in words:
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError:
            message = f"must be addresses or networks, such as 10.0.0.1 or 10.0.0.0/8, not `{word}`"
            raise ValueError(message) from None
    return words


def _root_of_a_site(text: str) -> str | None:
    """Where cookies, links and redirects of sign-in lead; nothing for what is empty."""
    if not (text := text.strip()):
        return None
    try:
        parts = urlsplit(text)
        fits = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or "@" in parts.netloc or not _PATH.fullmatch(parts.path):
        message = (
            "must be an address such as https://learn.example.org, or https://example.org/learn with a path "
            "of letters, digits, `-`, `_` and `~`"
        )
        raise ValueError(message)
    if parts.path.strip("/").partition("/")[0] in _OWN:
        message = f"must have another path: {parts.path} is where the product's own addresses begin"
        raise ValueError(message)
    return parts.geturl().rstrip("/") if path_below(text) else text


def path_below(public_url: str | None) -> str:
    """The path that `PUBLIC_URL` puts before all of the product's own, such as `/learn`; else empty."""
    return urlsplit(public_url or "").path.rstrip("/")


PublicUrl = Annotated[str, AfterValidator(_root_of_a_site)]


class Part(BaseModel):
    """A group of settings."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Auth(Part):
    """Who is let in. `mode` None: `local` for `up`, else `accounts`."""

    mode: Literal["local", "accounts"] | None = None
    registration: Literal["open", "invite", "closed"] = "invite"
    session_days: Annotated[int, Field(ge=1, le=365)] = 30
    sockets: Annotated[int, Field(ge=1, le=10_000)] = 20
    oidc_discovery_url: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = "OpenID Connect"

    @model_validator(mode="after")
    def _a_whole_provider(self) -> Self:
        if self.oidc_discovery_url and not self.oidc_client_id:
            message = "oidc_discovery_url needs oidc_client_id: the name the provider knows this product by"
            raise ValueError(message)
        return self


class Smtp(Part):
    """The server through which mail is sent. `sender`: an address, or `Name <address>`."""

    host: str | None = None
    port: Annotated[int, Field(ge=1, le=_HIGHEST_PORT)] = 587
    username: str | None = None
    password: SecretStr | None = None
    sender: str | None = None
    tls: Literal["starttls", "implicit", "none"] = "starttls"


class Retention(Part):
    """Days after which what is kept is dropped."""

    audit_days: Annotated[int, Field(ge=1, le=36_500)] = 365
    trash_days: Annotated[int, Field(ge=1, le=36_500)] = PURGE_AFTER_DAYS
