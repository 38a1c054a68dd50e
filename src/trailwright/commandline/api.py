"""`trailwright api`: answers, and works on nothing."""

import asyncio
import socket
from pathlib import Path

from trailwright.commandline.configured import say
from trailwright.commandline.roles import ready, run_role, settings_of_role
from trailwright.commandline.stopping import stop_signal
from trailwright.commandline.trouble import Trouble
from trailwright.commandline.up import Mode, address_of, listen, refuse_half_set, refuse_strangers
from trailwright.settings import Settings

ENDS_WITHIN_S = 9.5


def run(host: str, port: int, data: Path | None) -> int:
    """0 after SIGTERM or Ctrl-C. Raises `Trouble`."""
    settings = settings_of_role("api", data)
    mode = mode_of(host, settings)
    sock = listen(host, port)
    return run_role(settings, _serve(settings, sock, address_of(host, sock), mode))


def mode_of(host: str, settings: Settings) -> Mode:
    """Accounts, unless the settings say `local`: then only this machine may reach it. Raises `Trouble`."""
    if settings.auth.mode != "local":
        refuse_half_set(settings)
        return "accounts"
    refuse_strangers(host)
    return "local"


async def _serve(settings: Settings, sock: socket.socket, address: str, mode: Mode) -> None:
    from trailwright.commandline.service import Service  # noqa: PLC0415 - wrong options are told at once

    stopped = stop_signal(ENDS_WITHIN_S)
    service = await Service.start_api(settings, sock, say, mode)
    ready(address)
    broken = asyncio.ensure_future(service.until_broken())
    await asyncio.wait([broken, asyncio.ensure_future(stopped.wait())], return_when=asyncio.FIRST_COMPLETED)
    await service.stop(0)
    if broken.done() and not stopped.is_set():
        broken.result()
        raise Trouble("the web server ended by itself; see the log.")
