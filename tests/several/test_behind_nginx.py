"""nginx over TLS with the lines that `docs/operations.md` gives, and the product behind it, below a path."""

import re
import ssl
import textwrap
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from tests.support.certificates import a_certificate
from tests.support.processes import Server, binary, free_port, listens
from tests.support.product import Api, Home, Nursery, Up
from tests.support.simulated import Simulated
from tests.support.source import ROOT
from tests.web.house import HEADER, OWNER, PASSWORD

GIVEN = re.compile(r"nginx:\n\n((?: {4}.*\n)+)")
CONFIGURATION = """
daemon off; pid {folder}/pid; error_log stderr; worker_processes 1; user root;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {key};
    {given}
  }}
}}
"""
CLIENT = "127.0.0.2"


@dataclass
class Nginx:
    """`url`: where people see the product; `trust`: who believes its certificate."""

    server: Server
    url: str
    port: int
    certificate: Path
    key: Path

    @property
    def trust(self) -> ssl.SSLContext:
        """A new one: whoever connects by it writes into it what it speaks."""
        return ssl.create_default_context(cafile=self.certificate)

    def start(self, product: int) -> None:
        """Before the product at this port."""
        [given] = GIVEN.findall((ROOT / "docs" / "operations.md").read_text(encoding="utf-8"))
        words = CONFIGURATION.format(
            folder=self.server.folder,
            port=self.port,
            certificate=self.certificate,
            key=self.key,
            given=textwrap.dedent(given).replace("127.0.0.1:8000", f"127.0.0.1:{product}"),
        )
        file = self.server.folder / "nginx.conf"
        file.write_text(words, encoding="utf-8")
        program = str(binary("nginx", "/usr/sbin"))
        self.server.start([program, "-c", str(file), "-e", "stderr"], lambda: listens(self.port))


@pytest.fixture
async def nginx() -> AsyncIterator[Nginx]:
    server, port = Server("nginx"), free_port()
    certificate, key = a_certificate(server.folder, "127.0.0.1")
    yield Nginx(server, f"https://127.0.0.1:{port}/learn", port, certificate, key)
    server.remove()


@asynccontextmanager
async def from_afar(nginx: Nginx) -> AsyncIterator[Api]:
    """Somebody at an address that is no proxy's, who claims another one."""
    async with Api(nginx.url) as api:
        base, told = api.client.base_url, {**HEADER, "X-Forwarded-For": "203.0.113.9"}
        way = httpx.AsyncHTTPTransport(verify=nginx.trust, local_address=CLIENT)
        async with httpx.AsyncClient(transport=way, base_url=base, headers=told) as api.client:
            await api.post("/auth/login", {"email": OWNER, "password": PASSWORD})
            yield api


@pytest.fixture
async def product(home_on_sqlite: Home, nursery: Nursery, nginx: Nginx) -> AsyncIterator[Up]:
    """With accounts, and an owner. nginx comes first, or its port could become the product's."""
    home = home_on_sqlite.but(AUTH__MODE="accounts", PUBLIC_URL=nginx.url, TRUSTED_PROXIES="127.0.0.1")
    port = free_port()
    nginx.start(port)
    async with home.up(nursery, port=str(port)) as up:
        await up.api.client.post(
            "/auth/register", json={"email": OWNER, "password": PASSWORD}, headers=HEADER
        )
        yield up


@pytest.mark.usefixtures("product")
async def test_pages_and_their_files_are_below_the_path(nginx: Nginx) -> None:
    async with from_afar(nginx) as api:
        bare = await api.client.get(nginx.url)
        assert (bare.status_code, bare.headers["location"]) == (301, f"{nginx.url}/")
        page = await api.client.get(f"{nginx.url}/login")
        files = re.findall(r'(?:src|href)="(/learn/[^"]+)"', page.text)
        assert files
        for file in files:
            assert (await api.client.get(f"https://127.0.0.1:{nginx.port}{file}")).is_success, file


@pytest.mark.usefixtures("product")
async def test_the_audit_log_has_the_client_and_neither_nginx_nor_what_it_claims(nginx: Nginx) -> None:
    async with from_afar(nginx) as api:
        entries = (await api.get("/users/me/audit"))["entries"]
        assert [one["address"] for one in entries if one["action"] == "login"] == [CLIENT]


@pytest.mark.usefixtures("product")
async def test_events_come_as_they_happen_by_stream_and_by_socket(nginx: Nginx, model: Simulated) -> None:
    """The model answers only once both have brought what was before: nothing lay in a buffer meanwhile."""
    async with from_afar(nginx) as api:
        await model.control(latency=60)
        task_id = (await api.order()).task_id
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in api.client.cookies.items())}
        address = f"wss{nginx.url.removeprefix('https')}/api/v1/ws/{task_id}?include_history=true"
        origin = Origin(f"https://127.0.0.1:{nginx.port}")
        async with (
            aclosing(api.follow(task_id)) as events,
            connect(address, ssl=nginx.trust, additional_headers=cookie, origin=origin) as socket,
        ):
            assert (await anext(events))["seq"] == 1
            assert await socket.recv()
        await api.post(f"/tasks/{task_id}/cancel")


@pytest.mark.usefixtures("product")
async def test_the_largest_picture_gets_through_and_what_is_larger_is_refused_by_the_product(
    nginx: Nginx,
) -> None:
    async with from_afar(nginx) as api:
        for size in (5_000_000, 5_900_000):
            answer = await api.client.put("/roadmaps/none/cover-image", content=b"x" * size)
            assert answer.headers["content-type"] == "application/problem+json", size
            assert answer.json()["code"] in {"not_found", "roadmap_not_found", "picture_too_large"}
