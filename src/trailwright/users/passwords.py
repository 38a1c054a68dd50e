"""Passwords: Argon2id, in threads of their own, so that nobody who signs in holds up the loop.

One hash costs 19 MiB and some 20 ms of a core (OWASP's first choice for Argon2id); as many run at once as
there are cores, and a line too long to be served soon is refused at once.
"""

import asyncio
import os
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from trailwright.errors import BusyError, InvalidError

T = TypeVar("T")

SHORTEST, LONGEST = 8, 256
WAITING = 100
"""More than so many at once wait for no answer: they get one that says to come back."""

_ARGON2ID = Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1)


class Passwords:
    """One per process; `close` at its end."""

    def __init__(self, threads: int | None = None) -> None:
        self._threads = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="passwords")
        self._hash = PasswordHash((_ARGON2ID,))
        self._nobodys = self._hash.hash(secrets.token_urlsafe())
        self._inside = 0

    async def hashed(self, password: str) -> str:
        """What is kept of a password."""
        return await self._run(self._make, password)

    async def fits(self, password: str, kept: str | None) -> tuple[bool, str | None]:
        """Whether it is the one, and what to keep instead where it was hashed in an older way.

        `kept` None, an account without a password or no account at all: no, after the same time.
        """
        return await self._run(self._check, password, kept)

    def _make(self, password: str, kept: str | None = None) -> str:
        del kept
        return self._hash.hash(_form(password))

    def _check(self, password: str, kept: str | None) -> tuple[bool, str | None]:
        good, newer = self._hash.verify_and_update(_form(password), kept or self._nobodys)
        return (good, newer) if kept else (False, None)

    async def _run(self, work: Callable[[str, str | None], T], password: str, kept: str | None = None) -> T:
        if self._inside >= WAITING:
            raise BusyError("Many people sign in at the moment. Try again shortly.")
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, password, kept)
        finally:
            self._inside -= 1

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _form(password: str) -> str:
    """The same password from every keyboard (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def check_new(password: str, email: str, field: str = "password") -> None:
    """Raises `InvalidError` for one that cannot be taken."""
    said = None
    if not SHORTEST <= len(password) <= LONGEST:
        said = f"must have {SHORTEST} to {LONGEST} characters"
    elif password.strip().lower() in {email, email.partition("@")[0]}:
        said = "must not be the e-mail address"
    elif len(set(password)) < 4:  # noqa: PLR2004 - as `aaaaaaaa` or `12121212`
        said = "must have at least four different characters"
    if said:
        problem = {"field": field, "message": said}
        raise InvalidError(f"The password {said}.", code="bad_password", errors=[problem])
