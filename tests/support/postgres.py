"""A throw-away PostgreSQL from the machine's own binaries, as an unprivileged user when we are root."""

import itertools
import shutil
import subprocess

from tests.support.processes import Server, binary, free_port, unprivileged_user

FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
USER = "trailwright"
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "log_min_messages": "warning",
    "timezone": "UTC",
}
"""Data that is thrown away needs no flushing; order and locks stay PostgreSQL's own."""


class Postgres:
    """One server on loopback with as many databases as tests want."""

    def __init__(self) -> None:
        self._server = Server("postgres")
        self._data = str(self._server.folder / "data")
        self._user = unprivileged_user()
        self._numbers = itertools.count(1)
        self.port = free_port()
        if self._user:
            shutil.chown(self._server.folder, self._user)
        self._initdb("-U", USER, "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
        self.start()

    def start(self) -> None:
        """Start, or start again on the same data and port."""
        options = [word for name, value in FAST.items() for word in ("-c", f"{name}={value}")]
        command = [str(binary("postgres", *FOLDERS)), "-D", self._data, "-p", str(self.port), *options]
        self._server.start(command, self._accepts, signal="QUIT", user=self._user)

    def stop(self) -> None:
        """End at once, like a crash: connections break, committed data stays."""
        self._server.stop()

    def remove(self) -> None:
        """End and delete everything."""
        self._server.remove()

    def fresh_database(self, template: str = "template1") -> str:
        """URL of a new database, a copy of `template` (which nobody may be connected to)."""
        name = f"test_{next(self._numbers)}"
        self.run_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    def url(self, name: str) -> str:
        """Where the database of this name is reached."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    def run_sql(self, sql: str, database: str = "postgres") -> str:
        """What `psql` prints for one statement; raises on an SQL error."""
        psql = [str(binary("psql", *FOLDERS)), "-XqtA", "-v", "ON_ERROR_STOP=1", "-d", self.url(database)]
        return subprocess.run([*psql, "-c", sql], check=True, capture_output=True, text=True).stdout.strip()

    def _accepts(self) -> bool:
        ready = [str(binary("pg_isready", *FOLDERS)), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0

    def _initdb(self, *options: str) -> None:
        subprocess.run(
            [str(binary("initdb", *FOLDERS)), "-D", self._data, *options],
            check=True,
            capture_output=True,
            cwd="/",
            user=self._user,
            extra_groups=[] if self._user else None,
        )
