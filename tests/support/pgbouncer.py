"""A throw-away PgBouncer in transaction mode before a test's PostgreSQL."""

import shutil

from tests.support.postgres import USER, Postgres
from tests.support.processes import Server, binary, free_port, listens, unprivileged_user

_CONFIG = """
[databases]
* = host=127.0.0.1 port={behind} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {pool}
max_client_conn = 200
log_connections = 0
log_disconnections = 0
"""


class PgBouncer:
    """One pooler on loopback; `pool` connections to each database."""

    def __init__(self, postgres: Postgres, pool: int) -> None:
        self._server = Server("pgbouncer")
        self._user = unprivileged_user()
        self.port = free_port()
        file = self._server.folder / "pgbouncer.ini"
        file.write_text(_CONFIG.format(behind=postgres.port, user=USER, port=self.port, pool=pool))
        if self._user:
            shutil.chown(self._server.folder, self._user)
            shutil.chown(file, self._user)
        command = [str(binary("pgbouncer", "/usr/sbin")), str(file)]
        self._server.start(command, lambda: listens(self.port), user=self._user)

    def url(self, database_url: str) -> str:
        """The same database, reached through the pooler."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database_url.rpartition('/')[2]}"

    def remove(self) -> None:
        """End it and delete its folder."""
        self._server.remove()
