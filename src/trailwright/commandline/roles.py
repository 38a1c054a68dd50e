"""`api`, `worker`, `scheduler`: one role a process, for several machines on one PostgreSQL."""

import asyncio
import logging
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from trailwright.commandline.configured import say, settings_for
from trailwright.commandline.folder import is_sqlite, prepare
from trailwright.commandline.loops import new_loop
from trailwright.commandline.secret import FILE, with_secret
from trailwright.commandline.trouble import Trouble
from trailwright.kit import log
from trailwright.settings import Settings


def settings_of_role(role: str, data: Path | None) -> Settings:
    """Settings, when they are such that several processes can work together. Raises `Trouble`."""
    settings = settings_for(data)
    if is_sqlite(settings):
        raise Trouble(
            f"{role} is one of several processes, and they need a database server:\n"
            "set TRAILWRIGHT_DATABASE_URL=postgresql://user:password@host/name, then: trailwright migrate\n"
            "Everything in one process, with nothing else to install: trailwright up"
        )
    for note in prepare(settings):
        say(note)
    if settings.secret_key is None and not (settings.data_dir / FILE).is_file():
        raise Trouble(
            "TRAILWRIGHT_SECRET_KEY is not set, and every process needs the same one.\n"
            "Make one of at least 32 characters, such as: openssl rand -base64 48"
        )
    if settings.effective_storage_url.startswith("file://"):
        say(f"texts are kept in {settings.effective_storage_url}; every process must reach that folder.")
    return with_secret(settings)


def run_role(settings: Settings, work: Coroutine[Any, Any, None]) -> int:
    """Run a role on a loop of its own, its log on standard error; 0 at its end."""
    for name in ("alembic", "uvicorn.error", "celery", "kombu", "amqp"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logs = log.set_up(None, secrets=list(log.secret_values(settings)))
    try:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(work)
    finally:
        logs.close()
    return 0


def ready(words: str) -> None:
    """What whoever started it waits for."""
    sys.stdout.write(f"ready {words}\n")
    sys.stdout.flush()
