"""A network that is left only through a proxy, and hosts that only an authority of one's own vouches for."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.llm.support_gateway import acts, vendors
from tests.llm.support_gateway.server import ModelServer
from tests.llm.support_gateway.trade import a_gateway, a_prompt
from tests.support.certificates import a_certificate
from trailwright.llm.faults import Fault

HOST = "models.example"
MODELS = {
    "openai:made-up": acts.says("Hello."),
    "anthropic:claude-haiku-4-5": vendors.anthropic_says("Hello."),
    "google:gemini-2.5-flash": vendors.gemini_says("Hello."),
}
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def a_port(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Where it is served; what is open at the end is left."""
    serving: set[asyncio.Future[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.ensure_future(serve(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for one in serving:
        one.cancel()
    await asyncio.gather(*serving, return_exceptions=True)


async def carried(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Both ways, to a port of this machine and back."""
    theirs, ours = await asyncio.open_connection("127.0.0.1", port)

    async def one_way(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with closing(sink), suppress(OSError):
            while some := await source.read(65536):
                sink.write(some)
                await sink.drain()

    await asyncio.gather(one_way(reader, ours), one_way(theirs, writer))


@dataclass
class Out:
    """The only way out: a proxy, and behind it the model's host, which speaks TLS."""

    certificate: Path
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @asynccontextmanager
    async def open(self, key: Path, model: ModelServer) -> AsyncIterator["Out"]:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.certificate, key)
        async with (
            a_port(lambda r, w: carried(r, w, model.port), tls) as host,
            a_port(lambda r, w: self._tunnel(r, w, host)) as self.port,
        ):
            yield self

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: int) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head.decode().splitlines()[0])
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await carried(reader, writer, host)


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer().running() as running:
        yield running


@pytest.fixture
async def out(tmp_path: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Out]:
    certificate, key = a_certificate(tmp_path, HOST)
    async with Out(certificate).open(key, server) as opened:
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{opened.port}")
        yield opened


@pytest.mark.parametrize("model", MODELS)
async def test_a_model_is_asked_through_the_proxy_and_trusted_by_ones_own_authority(
    model: str, server: ModelServer, out: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(out.certificate))
    server.does(MODELS[model])
    gateway = a_gateway(f"https://{HOST}", model=model)
    answer = await gateway.call(a_prompt())
    await gateway.close()
    assert answer.text == "Hello."
    assert set(out.asked) == {f"CONNECT {HOST}:443 HTTP/1.1"}


@pytest.mark.parametrize("model", MODELS)
async def test_a_host_that_nobody_vouches_for_hears_nothing(
    model: str, server: ModelServer, out: Out
) -> None:
    gateway = a_gateway(f"https://{HOST}", model=model)
    with pytest.raises(Fault):
        await gateway.call(a_prompt())
    await gateway.close()
    assert out.asked
    assert server.seen == []


async def test_this_machine_itself_is_asked_without_it(server: ModelServer, out: Out) -> None:
    server.does(MODELS["openai:made-up"])
    gateway = a_gateway(server.url)
    assert (await gateway.call(a_prompt())).text == "Hello."
    await gateway.close()
    assert out.asked == []
