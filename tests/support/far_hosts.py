"""Hosts of workers that can be cut off: network namespaces of their own, or else a line that is held.

Where namespaces are permitted (root on Linux) a host is one, joined by a pair of virtual interfaces whose one
end is taken down. Elsewhere its processes share our network and reach everything through relays that stop
passing anything on, connections and all. Either way nobody is told: it is silent, as a pulled cable is.
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.product import Nursery

_CHUNK = 65_536


@dataclass
class Line:
    """Relays to servers on our loopback, at `address`."""

    address: str
    open: asyncio.Event = field(default_factory=asyncio.Event)
    servers: list[asyncio.Server] = field(default_factory=list)
    passing: set["asyncio.Task[None]"] = field(default_factory=set)

    async def reach(self, url: str) -> str:
        """The same server's URL as the host sees it."""
        port = urlsplit(url).port

        async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self.open.wait()
            behind, ahead = await asyncio.open_connection("127.0.0.1", port)
            for source, target in ((reader, ahead), (behind, writer)):
                task = asyncio.create_task(self._pass_on(source, target))
                self.passing.add(task)
                task.add_done_callback(self.passing.discard)

        server = await asyncio.start_server(relay, self.address, 0)
        self.servers.append(server)
        there = f"{self.address}:{server.sockets[0].getsockname()[1]}"
        return url.replace(f"127.0.0.1:{port}", there)

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(_CHUNK):
                await self.open.wait()
                target.write(data)
                await target.drain()
        target.close()

    def close(self) -> None:
        """Nobody is served any more."""
        for server in self.servers:
            server.close()
        for task in self.passing:
            task.cancel()


@dataclass
class FarHost:
    """Where a worker runs. `means`: how it is kept apart, for whoever reads the run."""

    means: str
    nursery: Nursery
    line: Line
    link: str = ""

    async def given(self, settings: Mapping[str, object]) -> dict[str, object]:
        """The same settings with the addresses that this host sees."""
        found = dict(settings)
        for name, value in settings.items():
            if isinstance(value, str) and "127.0.0.1:" in value:
                found[name] = await self.line.reach(value)
        return found

    def cut(self) -> None:
        """From now on nothing comes through, either way."""
        if self.link:
            _ip("link", "set", self.link, "down")
        else:
            self.line.open.clear()

    def mend(self) -> None:
        """What was on its way comes through, as far as its sender still tries."""
        if self.link:
            _ip("link", "set", self.link, "up")
        else:
            self.line.open.set()


def namespaces_are_permitted() -> bool:
    """Whether this process may make network namespaces and join them."""
    name = f"tw{os.getpid()}-may"
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    if subprocess.run(["ip", "netns", "add", name], check=False).returncode:
        return False
    _ip("netns", "del", name)
    return True


@asynccontextmanager
async def a_far_host(number: int, folder: Path) -> AsyncIterator[FarHost]:
    """One host, joined; `number` tells those of one test apart."""
    if namespaces_are_permitted():
        with _a_namespace(number) as (name, link, address):
            async with _joined(address, folder, ("ip", "netns", "exec", name)) as host:
                host.means, host.link = "a network namespace", link
                yield host
    else:
        async with _joined("127.0.0.1", folder, ()) as host:
            yield host


@asynccontextmanager
async def _joined(address: str, folder: Path, within: tuple[str, ...]) -> AsyncIterator[FarHost]:
    line = Line(address)
    line.open.set()
    host = FarHost(
        "a line of relays: namespaces are not permitted here", Nursery(folder, within=within), line
    )
    try:
        yield host
    finally:
        host.mend()
        host.nursery.end()
        line.close()


@contextlib.contextmanager
def _a_namespace(number: int) -> Iterator[tuple[str, str, str]]:
    """Its name, our end of the link to it, and our address there."""
    pid = os.getpid()
    name, link = f"tw{pid}-{number}", f"tw{pid}h{number}"
    net = f"10.{200 + pid % 50}.{pid // 50 % 250}"
    ours, theirs = f"{net}.{4 * number + 1}", f"{net}.{4 * number + 2}"
    _ip("netns", "add", name)
    try:
        _ip("link", "add", link, "type", "veth", "peer", "name", "wan", "netns", name)
        _ip("addr", "add", f"{ours}/30", "dev", link)
        _ip("link", "set", link, "up")
        _ip("-n", name, "addr", "add", f"{theirs}/30", "dev", "wan")
        _ip("-n", name, "link", "set", "wan", "up")
        _ip("-n", name, "link", "set", "lo", "up")
        yield name, link, ours
    finally:
        _ip("netns", "del", name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
