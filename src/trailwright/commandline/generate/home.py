"""Where the product runs that `generate` talks to: joined, or its own."""

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

from trailwright.commandline.client import Client
from trailwright.commandline.configured import say
from trailwright.commandline.folder import FolderLock, HeldElsewhere, holder, prepare
from trailwright.commandline.left import Left
from trailwright.commandline.secret import with_secret
from trailwright.commandline.trouble import Trouble
from trailwright.commandline.up import address_of, listen, log_to_files
from trailwright.settings import Settings

if TYPE_CHECKING:
    from trailwright.commandline.background import Background

HOST = "127.0.0.1"
_TRIES = 50


class Home(Protocol):
    """A place where the product runs."""

    shares_disk: bool
    """Whether its database and texts are those that the settings of this process name."""

    def address(self) -> str:
        """Where it answers now; asked again whenever the connection is lost."""

    def client(self) -> Client:
        """A client of it, with the person's token where there is one."""

    def leave(self, drain_s: float) -> Left | None:
        """End what was started here, if anything; what of it goes on later."""


def _token(settings: Settings) -> str:
    return settings.token.get_secret_value() if settings.token is not None else ""


class Elsewhere:
    """A server that the person named."""

    def __init__(self, address: str, settings: Settings) -> None:
        self._address = address if "://" in address else f"http://{address}"
        self._token = _token(settings)
        found = holder(settings.data_dir)
        self.shares_disk = found is not None and found.address == self._address.rstrip("/")

    def address(self) -> str:
        """As it was given."""
        return self._address

    def client(self) -> Client:
        """A client of it."""
        return Client(self._address, token=self._token)

    def leave(self, drain_s: float) -> Left | None:
        """Nothing was started."""
        del drain_s
        return None


class Folder:
    """The product of a data folder: joined while somebody runs it, else run here."""

    shares_disk = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turn = threading.Lock()
        self._own: Background | None = None
        self._lock: FolderLock | None = None
        self._own_address = ""

    def address(self) -> str:
        """Joins or starts; raises `Trouble` when neither can be done. From any thread."""
        with self._turn:
            return self._own_address or self._join_or_start()

    def client(self) -> Client:
        """A client of whoever runs the folder."""
        return Client(self.address(), token=_token(self._settings))

    def _join_or_start(self) -> str:
        for note in prepare(self._settings):
            say(note)
        for _ in range(_TRIES):
            found = holder(self._settings.data_dir)
            if found is not None and found.address:
                return found.address
            try:
                self._lock = FolderLock.take(self._settings.data_dir)
            except HeldElsewhere:
                continue  # somebody was quicker, or only looked
            return self._start(self._lock)
        raise Trouble(f"{self._settings.data_dir} is held by a process that does not answer.")

    def _start(self, lock: FolderLock) -> str:
        from trailwright.commandline.background import Background  # noqa: PLC0415 - who joins needs none of it

        if self._settings.auth.mode == "accounts":
            lock.release()
            raise Trouble(
                "there are accounts here, so a roadmap belongs to one of them. Start the product,\n"
                "trailwright up, and set TRAILWRIGHT_TOKEN to an API token of yours."
            )
        self._settings = with_secret(self._settings)
        sock = listen(HOST, 0)
        self._logs = log_to_files(self._settings)
        with ExitStack() as undo:
            undo.callback(lock.release)
            self._own = Background.start(self._settings, sock)
            undo.pop_all()
        self._own_address = address_of(HOST, sock)
        lock.tell(self._own_address)
        return self._own_address

    def leave(self, drain_s: float) -> Left | None:
        """What was started here ends; another's goes on."""
        if self._own is None or self._lock is None:
            return None
        left = self._own.stop(drain_s)
        self._lock.release()
        self._logs.close()
        self._own = None
        return left
