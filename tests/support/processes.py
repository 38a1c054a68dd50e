"""Real servers for tests: found or the run fails, on loopback, gone when the test process is gone."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from glob import glob
from pathlib import Path

START_WITHIN_S = 60.0

_ENDS_WITH_PARENT = """
signal=$1 folder=$2; shift 2
"$@" &
read -r word
kill -s "$signal" $!
wait $!
[ "$word" = keep ] || rm -rf "$folder"
"""
"""Standard input closes when the parent dies, by whatever cause; then server and folder go too."""


class MissingServiceError(Exception):
    """A server that the tests need is not installed; the run fails rather than skips."""


def binary(name: str, *folders: str) -> Path:
    """Path of a program: newest of the globbed `folders`, then `PATH`; raises `MissingServiceError`."""
    found = [path for folder in folders for path in glob(f"{folder}/{name}")]  # noqa: PTH207 - absolute patterns
    if found:
        return Path(max(found, key=_version))
    if on_path := shutil.which(name):
        return Path(on_path)
    message = (
        f"`{name}` is not installed; the tests need it "
        "(Debian: apt-get install postgresql redis-server pgbouncer nginx-light prometheus)"
    )
    raise MissingServiceError(message)


def _version(path: str) -> tuple[int, ...]:
    return tuple(int(part) for part in path.split("/") if part.isdigit())


def free_port() -> int:
    """A TCP port that was free on loopback a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def unprivileged_user() -> str | None:
    """Whom servers that refuse root run as; None where we are not root anyway."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Server:
    """One server process in a new folder; both are gone with this process, even when that is killed."""

    def __init__(self, name: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"trailwright-{name}-"))
        self._shell: subprocess.Popen[bytes] | None = None

    def start(
        self,
        command: Sequence[str],
        ready: Callable[[], bool],
        *,
        signal: str = "TERM",
        user: str | None = None,
    ) -> None:
        """Start and wait until `ready()`; raises with the server's own log when it does not come up.

        `signal` is what ends it; `user`: whom it runs as, None for ourselves.
        """
        log = self.folder / "log"
        with log.open("ab") as output:
            self._shell = subprocess.Popen(
                ["/bin/sh", "-c", _ENDS_WITH_PARENT, "sh", signal, str(self.folder), *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C at the terminal is for pytest
                cwd="/",
                user=user,
                group=pwd.getpwnam(user).pw_gid if user else None,
                extra_groups=[] if user else None,
            )
        until = time.monotonic() + START_WITHIN_S
        while not ready():
            if time.monotonic() > until:
                said = log.read_text(errors="replace")
                self.remove()
                message = f"{command[0]} did not come up:\n{said}"
                raise MissingServiceError(message)
            time.sleep(0.02)  # the server tells nobody when it listens

    def stop(self) -> None:
        """End the server and wait for it; its folder stays. Nothing happens when it is not running."""
        if self._shell is not None:
            self._shell.communicate(b"keep\n")
            self._shell = None

    def remove(self) -> None:
        """End the server and delete its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def listens(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
