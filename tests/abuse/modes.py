"""A product in both modes, with somebody signed in where there are accounts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from tests.support.product import Home, Nursery, Up

Mode = Literal["local", "accounts"]
NO_LIMIT_OF_REQUESTS = {"LIMITS__REQUESTS_PER_MINUTE": 0, "LIMITS__ADDRESS_REQUESTS_PER_MINUTE": 0}
LITTLE_WORK = {"LIMITS__GENERATIONS_PER_HOUR": 5, "LIMITS__RETRIES_PER_HOUR": 20}


@asynccontextmanager
async def a_product(home: Home, nursery: Nursery, mode: Mode) -> AsyncIterator[tuple[Up, str]]:
    """It runs; the word of the first account, which is an admin's, empty in local mode.

    Whoever sends ten thousand things is not stopped by the limit of requests, and starts little work.
    """
    async with home.but(AUTH__MODE=mode, **NO_LIMIT_OF_REQUESTS, **LITTLE_WORK).up(nursery) as up:
        word = ""
        if mode == "accounts":
            account = {"email": "ann@example.org", "password": "correct horse battery"}
            word = (await up.api.post("/auth/register", account))["access_token"]
            up.api.client.headers["Authorization"] = f"Bearer {word}"
        yield up, word
