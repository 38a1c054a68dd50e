"""A broker behind a password, behind TLS, or found through sentinels: messages and wake-ups go through."""

import datetime as dt
import ipaddress
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.several.test_metrics import values
from tests.support.processes import Server, binary, free_port, listens
from tests.support.product import Home, Nursery
from trailwright.kit.broker import Broker

PASSWORD = "open sesame"


def a_certificate(folder: Path) -> tuple[Path, Path]:
    """Files of a certificate for loopback that vouches for itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a broker of a test")])
    loopback = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(loopback, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.chmod(0o755)
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return folder / "cert.pem", folder / "key.pem"


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
    certificate, key = a_certificate(folder)
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
