"""An OpenID provider on loopback that says what a test wants it to say."""

import asyncio
import base64
import hashlib
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET, CODE = "trailwright", "client-secret-of-tests", "a-code"


@dataclass
class OpenId:
    """`claims` go over those of a good token; `asked` is what the browser was sent with last."""

    address: str
    claims: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    asked: dict[str, str] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    signs_with: Any = None

    @property
    def discovery_url(self) -> str:
        """What `AUTH__OIDC_DISCOVERY_URL` is set to."""
        return f"{self.address}/.well-known/openid-configuration"

    def arrived(self, location: str) -> dict[str, str]:
        """A browser comes with this address; what it goes back with."""
        parts = urlsplit(location)
        assert location.startswith(f"{self.address}/authorize?")
        self.asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return {"code": CODE, "state": self.asked["state"]}

    def token(self) -> str:
        """An ID token."""
        now = int(time.time())
        said = {
            "iss": self.address,
            "sub": "subject-1",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": self.asked.get("nonce"),
            "email": "ann@example.org",
            "email_verified": True,
        } | self.claims
        said = {name: value for name, value in said.items() if value is not None}
        headers = {"kid": "one"}
        return jwt.encode(said, self.signs_with or self.key, self.algorithm, headers=headers)

    async def facts(self, request: Request) -> Response:
        del request
        told = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/jwks",
        }
        return JSONResponse(told | self.more)

    async def authorize(self, request: Request) -> Response:
        """Its page, for a browser that goes there itself: the person is known and goes back at once."""
        back = self.arrived(str(request.url))
        return RedirectResponse(f"{self.asked['redirect_uri']}?{urlencode(back)}", 302)

    async def jwks(self, request: Request) -> Response:
        del request
        key = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return JSONResponse({"keys": [key | {"kid": "one", "alg": "RS256", "use": "sig"}]})

    async def exchange(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        fits = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == self.asked["code_challenge"]
        known = request.headers.get("authorization") == f"Basic {basic}"
        if not (
            fits and known and form["code"] == CODE and form["redirect_uri"] == self.asked["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": "at-provider", "token_type": "Bearer", "id_token": self.token()})

    async def userinfo(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer at-provider"
        return JSONResponse({"sub": "subject-1", "email": "ann@example.org", "email_verified": True})


@asynccontextmanager
async def a_provider() -> AsyncIterator[OpenId]:
    """A provider that answers until the end."""
    listener = socket.create_server(("127.0.0.1", 0))
    provider = OpenId(f"http://127.0.0.1:{listener.getsockname()[1]}")
    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", provider.facts),
            Route("/authorize", provider.authorize),
            Route("/jwks", provider.jwks),
            Route("/token", provider.exchange, methods=["POST"]),
            Route("/userinfo", provider.userinfo),
        ]
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield provider
    finally:
        server.should_exit = True
        await serving
