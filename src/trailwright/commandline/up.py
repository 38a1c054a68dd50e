"""`trailwright up`: the whole product in one process."""

import asyncio
import contextlib
import ipaddress
import logging
import os
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from typing import Literal

from trailwright.commandline.configured import say, settings_for
from trailwright.commandline.folder import FolderLock, HeldElsewhere, holder, prepare
from trailwright.commandline.loops import new_loop
from trailwright.commandline.model import offer
from trailwright.commandline.secret import with_secret
from trailwright.commandline.stopping import stop_signal
from trailwright.commandline.trouble import Trouble
from trailwright.commandline.web_settings import as_set
from trailwright.kit import log
from trailwright.settings import Settings

ENDS_WITHIN_S = 9.5
Mode = Literal["local", "accounts"]
LOGS = "logs"


def run(host: str, port: int, data: Path | None, *, browser: bool | None) -> int:
    """0 after Ctrl-C or SIGTERM. Raises `Trouble`."""
    settings = settings_for(data)
    mode = mode_of(host, settings)
    for note in prepare(settings):
        say(note)
    lock = hold(settings.data_dir)
    offer(as_set(settings), required=False)
    settings = with_secret(settings)
    sock = listen(host, port)
    logs = log_to_files(settings)
    try:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(_serve(settings, sock, lock, address_of(host, sock), mode, browser=browser))
    finally:
        logs.close()
        lock.release()
    return 0


def mode_of(host: str, settings: Settings) -> Mode:
    """Who is let in: this machine's own user, unless the settings say `accounts`. Raises `Trouble`."""
    if settings.auth.mode == "accounts":
        refuse_half_set(settings)
        return "accounts"
    refuse_strangers(host)
    return "local"


def refuse_strangers(host: str) -> None:
    """The local user needs no password, so only this machine may reach him."""
    if not is_loopback(host):
        raise Trouble(
            f"--host {host} would let others in without a password (AUTH__MODE=local).\n"
            "Set TRAILWRIGHT_AUTH__MODE=accounts, or leave --host out and use a tunnel, such as\n"
            "ssh -L 8000:127.0.0.1:8000.",
            2,
        )


def refuse_half_set(settings: Settings) -> None:
    """A link that is mailed must lead here, whatever `Host` a stranger's request for it names."""
    if settings.smtp.host and not settings.public_url:
        raise Trouble(
            "TRAILWRIGHT_SMTP__HOST is set, so links are mailed, and they need an address to lead to:\n"
            "set TRAILWRIGHT_PUBLIC_URL, such as https://learn.example.org"
        )


def is_loopback(host: str) -> bool:
    """`localhost`, or an address of this machine alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def hold(folder: Path) -> FolderLock:
    """The folder's lock; raises `Trouble` with the address of whoever has it."""
    for _ in range(3):
        with contextlib.suppress(HeldElsewhere):
            return FolderLock.take(folder)
        found = holder(folder)
        if found is not None:
            where = found.address or "still starting"
            raise Trouble(f"already running on {folder}: {where} (process {found.pid})")
    raise Trouble(f"{folder} is held by another process.")


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises `Trouble` when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (while")[0]
        raise Trouble(
            f"port {port} on {host} cannot be used: {reason}.\n"
            "Name another with --port, or --port 0 for one that is free."
        ) from None


def address_of(host: str, sock: socket.socket) -> str:
    """Where the socket is reached."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{sock.getsockname()[1]}"


def log_to_files(settings: Settings) -> log.Logs:
    """Rotated files in the data folder; standard error stays for what a person should read."""
    secrets = list(log.secret_values(settings))
    for name in ("alembic", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        return log.set_up(settings.data_dir / LOGS, secrets=secrets, console="off")
    except OSError as error:
        say(f"logs cannot be written to {settings.data_dir / LOGS} ({error.strerror}); they are shown here.")
        return log.set_up(None, secrets=secrets)


async def _serve(
    settings: Settings,
    sock: socket.socket,
    lock: FolderLock,
    address: str,
    mode: Mode,
    *,
    browser: bool | None,
) -> None:
    from trailwright.commandline.service import Service  # noqa: PLC0415 - wrong options are told at once

    stopped = stop_signal(ENDS_WITHIN_S)
    service = await Service.start(settings, sock, say, mode)
    lock.tell(address)
    print(f"ready {address}", flush=True)  # noqa: T201 - what it promises
    if browser or (browser is None and _somebody_looks()):
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    broken = asyncio.ensure_future(service.until_broken())
    await asyncio.wait([broken, asyncio.ensure_future(stopped.wait())], return_when=asyncio.FIRST_COMPLETED)
    say("ending; what is being written gets a few seconds. Ctrl-C again ends at once.")
    left = await service.stop()
    say(f"ended. {left}")
    if broken.done() and not stopped.is_set():
        broken.result()
        raise Trouble("the web server ended by itself; see the logs in the data folder.")


def _somebody_looks() -> bool:
    """A terminal on a machine with a screen: a browser that opens there is no surprise."""
    screen = sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return screen and sys.stdout.isatty()
