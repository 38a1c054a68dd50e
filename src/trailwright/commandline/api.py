"""`trailwright api`: answers, and works on nothing."""

import asyncio
import socket
from pathlib import Path

from trailwright.commandline.configured import say
from trailwright.commandline.roles import ready, run_role, settings_of_role
from trailwright.commandline.stopping import stop_signal
from trailwright.commandline.trouble import Trouble
from trailwright.commandline.up import address_of, is_loopback, listen
from trailwright.settings import Settings

ENDS_WITHIN_S = 9.5


def run(host: str, port: int, data: Path | None) -> int:
    """0 after SIGTERM or Ctrl-C. Raises `Trouble`."""
    settings = settings_of_role("api", data)
    refuse_strangers(host, settings)
    sock = listen(host, port)
    return run_role(settings, _serve(settings, sock, address_of(host, sock)))


def refuse_strangers(host: str, settings: Settings) -> None:
    """There are no accounts yet: only the local user of this machine can be let in, and only on purpose."""
    if settings.auth.mode != "local":
        raise Trouble(
            "accounts are not there yet in this version: the API can only let in this machine's own user.\n"
            "Set TRAILWRIGHT_AUTH__MODE=local to say that this is meant."
        )
    if not is_loopback(host):
        raise Trouble(
            f"--host {host} would let others in without a password (AUTH__MODE=local).\n"
            "Leave --host out; to reach it from elsewhere use a tunnel, such as ssh -L 8000:127.0.0.1:8000.",
            2,
        )


async def _serve(settings: Settings, sock: socket.socket, address: str) -> None:
    from trailwright.commandline.service import Service  # noqa: PLC0415 - wrong options are told at once

    stopped = stop_signal(ENDS_WITHIN_S)
    service = await Service.start_api(settings, sock, say)
    ready(address)
    broken = asyncio.ensure_future(service.until_broken())
    await asyncio.wait([broken, asyncio.ensure_future(stopped.wait())], return_when=asyncio.FIRST_COMPLETED)
    await service.stop(0)
    if broken.done() and not stopped.is_set():
        broken.result()
        raise Trouble("the web server ended by itself; see the log.")
