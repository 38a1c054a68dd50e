"""OpenID Connect: code flow with PKCE, state and nonce; what the provider says is checked before it counts.

The provider is the admin's choice and may stand in the intranet, so its addresses are not judged as those of
strangers are; but it is asked only over https (or on this machine), with limits of time and size.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import jwt

from trailwright.configuration.sealing import seal, unseal
from trailwright.kit.log import get_logger
from trailwright.settings_parts import Auth

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Never `none`, and none that the client's own secret would sign."""

SCOPE = "openid email profile"
WITHIN_S = 600
"""Seconds that somebody may take at the provider's page."""

TIMEOUT_S, MAX_BYTES = 10.0, 1_000_000
FRESH_S = 3600.0
LEEWAY_S = 60
LONGEST = 255
"""Characters of a subject (OpenID Connect Core 1.0, section 2) and of an issuer."""

_SEALED_FOR = "openid connect: who is on the way"

log = get_logger(__name__)


class NotVouched(Exception):  # noqa: N818 - an outcome the route tells
    """The provider does not vouch for whoever came back, or cannot be asked."""


@dataclass(frozen=True)
class Way:
    """Somebody on the way to the provider and back; kept sealed in his own browser."""

    state: str
    nonce: str
    verifier: str
    back_to: str
    until: float


class Provider:
    """One OpenID provider, known by its discovery URL; what it publishes is read again each hour."""

    def __init__(self, auth: Auth, secret_key: str) -> None:
        self._auth = auth
        self._secret = secret_key
        self._facts: dict[str, Any] = {}
        self._keys: jwt.PyJWKSet | None = None
        self._read_at = -FRESH_S
        secret = auth.oidc_client_secret
        self._client_secret = secret.get_secret_value() if secret else ""

    def is_for(self, auth: Auth) -> bool:
        """Whether these settings mean the same provider."""
        return auth == self._auth

    async def start(self, redirect_uri: str, back_to: str) -> tuple[str, str]:
        """Where to send the browser, and what it keeps meanwhile. Raises `NotVouched`."""
        facts = await self._known()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        way = Way(state, nonce, verifier, back_to, time.time() + WITHIN_S)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(way.verifier.encode()).digest()).rstrip(b"=")
        asked = {
            "response_type": "code",
            "client_id": self._auth.oidc_client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": way.state,
            "nonce": way.nonce,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        place = _checked(facts.get("authorization_endpoint"))
        kept = seal(self._secret, _SEALED_FOR, json.dumps(vars(way)))
        return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(asked)}", kept

    async def finish(
        self, came: Mapping[str, str], kept: str, redirect_uri: str
    ) -> tuple[str, dict[str, Any], str]:
        """Issuer, checked claims, and where the browser wanted to go. Raises `NotVouched`."""
        way = self._opened(kept)
        if not hmac.compare_digest(came.get("state", "").encode(), way.state.encode()):
            raise NotVouched("another state came back than was sent")
        if not came.get("code"):
            raise NotVouched("the provider refused")
        facts = await self._known()
        answer = await self._exchange(facts, came["code"], way, redirect_uri)
        claims = await self._verified(facts, str(answer.get("id_token", "")), way)
        if not claims.get("email") and facts.get("userinfo_endpoint"):
            claims |= await self._more(facts, str(answer.get("access_token", "")), claims["sub"])
        return str(facts["issuer"]), claims, way.back_to

    def _opened(self, kept: str) -> Way:
        plain = unseal(self._secret, _SEALED_FOR, kept)
        if plain is None:
            raise NotVouched("nobody was on the way")
        way = Way(**json.loads(plain))
        if way.until < time.time():
            raise NotVouched("it took too long")
        return way

    async def _exchange(
        self, facts: Mapping[str, Any], code: str, way: Way, redirect_uri: str
    ) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": way.verifier,
            "client_id": self._auth.oidc_client_id or "",
        }
        ways = facts.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        basic = self._client_secret and "client_secret_basic" in ways
        if self._client_secret and not basic:
            form["client_secret"] = self._client_secret
        auth = httpx.BasicAuth(self._auth.oidc_client_id or "", self._client_secret) if basic else None
        return await _ask("POST", facts.get("token_endpoint"), data=form, auth=auth)

    async def _verified(self, facts: Mapping[str, Any], token: str, way: Way) -> dict[str, Any]:
        """The claims of an ID token that this provider signed, for us, now, for this very way."""
        try:
            key = await self._key_of(jwt.get_unverified_header(token).get("kid"))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._auth.oidc_client_id,
                issuer=str(facts["issuer"]),
                leeway=LEEWAY_S,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise NotVouched(f"the ID token is not good: {type(error).__name__}") from None
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), way.nonce.encode()):
            raise NotVouched("the ID token is of another way")
        party, several = claims.get("azp"), isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or party is not None) and party != self._auth.oidc_client_id:
            raise NotVouched("the ID token is for another client")
        if not 0 < len(claims["sub"]) <= LONGEST or "\x00" in claims["sub"]:
            raise NotVouched("the ID token names nobody who can be kept")
        return claims

    async def _key_of(self, kid: str | None) -> jwt.PyJWK:
        """The provider's key of that name; a new name is looked for once more."""
        for _ in range(2):
            for key in self._keys.keys if self._keys else ():
                if kid is None or key.key_id == kid:
                    return key
            self._read_at = -FRESH_S
            await self._known()
        raise NotVouched("the ID token is signed with an unknown key")

    async def _more(self, facts: Mapping[str, Any], token: str, subject: str) -> dict[str, Any]:
        said = await _ask("GET", facts["userinfo_endpoint"], headers={"Authorization": f"Bearer {token}"})
        is_same = said.get("sub") == subject
        return {name: said.get(name) for name in ("email", "email_verified")} if is_same else {}

    async def _known(self) -> dict[str, Any]:
        """What the provider publishes of itself; its issuer is the one whose page it is."""
        if time.monotonic() - self._read_at < FRESH_S:
            return self._facts
        facts = await _ask("GET", self._auth.oidc_discovery_url)
        if not isinstance(facts.get("issuer"), str) or len(facts["issuer"]) > LONGEST:
            raise NotVouched("the discovery page names no issuer")
        try:
            self._keys = jwt.PyJWKSet.from_dict(await _ask("GET", facts.get("jwks_uri")))
        except jwt.PyJWTError as error:
            raise NotVouched(f"the provider's keys cannot be read: {type(error).__name__}") from None
        self._facts, self._read_at = facts, time.monotonic()
        return facts


def _checked(address: Any) -> str:
    """An address that may be asked: https, or on this machine."""
    parts = urlsplit(address if isinstance(address, str) else "")
    here = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if not parts.hostname or not (parts.scheme == "https" or (here and parts.scheme == "http")):
        raise NotVouched("the provider names an address that is not https")
    return str(address)


async def _ask(method: str, address: Any, **more: Any) -> dict[str, Any]:
    """One JSON object from the provider; raises `NotVouched`."""
    place = _checked(address)
    headers = {"Accept": "application/json", **(more.pop("headers", None) or {})}
    auth = more.pop("auth", None)
    try:
        async with (
            httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as client,
            client.stream(method, place, headers=headers, auth=auth, **more) as answer,
        ):
            body = bytearray()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > MAX_BYTES:
                    raise NotVouched("the provider answers too much")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        log.warning("the OpenID provider cannot be asked", error=type(error).__name__)
        raise NotVouched("the provider cannot be asked") from None
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not answer.is_success or not isinstance(said, dict):
        log.warning("the OpenID provider refused", status=answer.status_code)
        raise NotVouched("the provider refused")
    return said
