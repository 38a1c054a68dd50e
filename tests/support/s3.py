"""An S3-compatible store on loopback: moto's server in a process of its own."""

import shutil
import sys
import tempfile
import urllib.request
from pathlib import Path

from tests.support.processes import Server, free_port, listens


class S3:
    """One server; every bucket is empty until it is made."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="trailwright-s3-"))
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "moto.server",
            "-H",
            "127.0.0.1",
            "-p",
            str(self.port),
        ]
        self._server = Server(command, self._folder / "log")
        self._server.start(lambda: listens(self.port))

    def make_bucket(self, name: str) -> None:
        """An empty bucket of this name."""
        request = urllib.request.Request(f"{self.endpoint}/{name}", method="PUT")  # noqa: S310 - our own http
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 - our own http

    def remove(self) -> None:
        """End it and delete its folder."""
        self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
