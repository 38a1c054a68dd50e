"""A broker behind a password, behind TLS, or found through sentinels: messages and wake-ups go through."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.several.test_metrics import values
from tests.support.certificates import a_certificate
from tests.support.processes import Server, binary, free_port, listens
from tests.support.product import Home, Nursery
from trailwright.kit.broker import Broker

PASSWORD = "open sesame"


class Brokers:
    """Redis servers as they are wanted, gone after the test."""

    def __init__(self) -> None:
        self._servers: list[Server] = []

    def start(self, port: int, *words: str) -> Path:
        """A server with these options; its folder."""
        server = Server("broker")
        self._servers.append(server)
        fixed = ("--bind", "127.0.0.1", "--save", "", "--dir", str(server.folder))
        server.start([str(binary("redis-server")), *words, *fixed], lambda: listens(port))
        return server.folder

    def remove(self) -> None:
        """End them all."""
        for server in self._servers:
            server.remove()


@pytest.fixture
def brokers() -> Iterator[Brokers]:
    """None yet."""
    made = Brokers()
    yield made
    made.remove()


def with_password(brokers: Brokers, folder: Path) -> str:
    del folder
    port = free_port()
    brokers.start(port, "--port", str(port), "--requirepass", PASSWORD)
    return f"redis://:open%20sesame@127.0.0.1:{port}/3"


def with_tls(brokers: Brokers, folder: Path) -> str:
    port = free_port()
    certificate, key = a_certificate(folder, "127.0.0.1")
    folder.chmod(0o755)
    files = ("--tls-cert-file", str(certificate), "--tls-key-file", str(key), "--tls-auth-clients", "no")
    brokers.start(port, "--port", "0", "--tls-port", str(port), *files)
    return f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={certificate}"


def through_sentinels(brokers: Brokers, folder: Path) -> str:
    port, sentinel = free_port(), free_port()
    brokers.start(port, "--port", str(port))
    file = folder / "sentinel.conf"
    file.write_text(f"port {sentinel}\nsentinel monitor leader 127.0.0.1 {port} 1\n")
    brokers.start(sentinel, str(file), "--sentinel")
    return f"sentinel://127.0.0.1:{free_port()},127.0.0.1:{sentinel}/leader/0"


@pytest.mark.parametrize("kind", [with_password, with_tls, through_sentinels])
async def test_messages_go_through(
    kind: Callable[[Brokers, Path], str], alone: Home, nursery: Nursery, brokers: Brokers, tmp_path: Path
) -> None:
    home = alone.but(BROKER_URL=kind(brokers, tmp_path))
    async with home.api(nursery) as api, home.worker(nursery) as worker:
        ordered = await api.api.order()
        assert (await api.api.ended(ordered.task_id))["status"] == "completed"
        async with httpx.AsyncClient() as client:
            seen = values((await client.get(f"{api.api.url}/metrics")).text)
        assert (seen["trailwright_messages_sent_total"], seen["trailwright_messages_dropped_total"]) == (1, 0)
        assert "Cannot connect" not in worker.said


def test_a_password_is_never_shown() -> None:
    assert "sesame" not in Broker.parse("redis://:sesame@host:1/0").shown
    assert "sesame" not in Broker.parse("sentinel://:sesame@host:1,other/leader").shown
    assert Broker.parse("sentinel://:sesame@host:1,other/leader/2").celery_url == (
        "sentinel://:sesame@host:1/2;sentinel://:sesame@other:26379/2"
    )
