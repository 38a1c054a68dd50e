"""An S3-compatible store on loopback: moto's server in a process of its own."""

import sys
import urllib.request

from tests.support.processes import Server, free_port, listens


class S3:
    """One server; every bucket is empty until it is made."""

    def __init__(self) -> None:
        self._server = Server("s3")
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        moto = ["-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self._server.start([sys.executable, *moto], lambda: listens(self.port))

    def make_bucket(self, name: str) -> None:
        """An empty bucket of this name."""
        request = urllib.request.Request(f"{self.endpoint}/{name}", method="PUT")  # noqa: S310 - our own http
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 - our own http

    def remove(self) -> None:
        """End it and delete its folder."""
        self._server.remove()
