"""A throw-away Redis on loopback without persistence: what the broker promises is nothing."""

import subprocess

from tests.support.processes import Server, binary, free_port, listens


class Redis:
    """One server on loopback."""

    def __init__(self) -> None:
        self._server = Server("redis")
        self.port = free_port()
        self.start()

    def url(self, database: int = 0) -> str:
        """`redis://…` of one of the sixteen numbered databases."""
        return f"redis://127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start, or start again, empty, on the same port."""
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "save": "",
            "appendonly": "no",
            "dir": self._server.folder,
        }
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self._server.start([str(binary("redis-server")), *words], lambda: listens(self.port))

    def stop(self) -> None:
        """End it; everything in it is lost."""
        self._server.stop()

    def run(self, *words: str) -> str:
        """What `redis-cli` prints for one command."""
        cli = [str(binary("redis-cli")), "-p", str(self.port), *words]
        return subprocess.run(cli, check=True, capture_output=True, text=True).stdout.strip()

    def remove(self) -> None:
        """End it and delete its folder."""
        self._server.remove()
