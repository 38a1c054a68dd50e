"""A throw-away Redis on loopback without persistence: what the broker promises is nothing."""

import shutil
import tempfile
from pathlib import Path

from tests.support.processes import Server, binary, free_port, listens


class Redis:
    """One server on loopback."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="trailwright-redis-"))
        self.port = free_port()
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "save": "",
            "appendonly": "no",
            "dir": self._folder,
        }
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self._server = Server([str(binary("redis-server")), *words], self._folder / "log")
        self.start()

    def url(self, database: int = 0) -> str:
        """`redis://…` of one of the sixteen numbered databases."""
        return f"redis://127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start, or start again, empty, on the same port."""
        self._server.start(lambda: listens(self.port))

    def stop(self) -> None:
        """End it; everything in it is lost."""
        self._server.stop()

    def remove(self) -> None:
        """End it and delete its folder."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
