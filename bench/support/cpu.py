"""Seconds of CPU that a server has spent, with all processes it has made."""

from contextlib import suppress
from functools import lru_cache
from itertools import pairwise

import psutil


def server_cpu_s(port: int) -> float:
    """Of the PostgreSQL that was told to listen on this port, so far."""
    server = psutil.Process(postmaster(port))
    spent = sum(server.cpu_times()[:4])  # its own, and of those of its processes that have ended
    for child in server.children():
        with suppress(psutil.NoSuchProcess):
            spent += sum(child.cpu_times()[:2])
    return spent


@lru_cache
def postmaster(port: int) -> int:
    """Its process number."""
    return listener("postgres", port, "-p")


def listener(name: str, port: int, option: str) -> int:
    """The process of this name with `option PORT` among its words; without an option, with the port."""
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == name:
            with suppress(psutil.NoSuchProcess):
                words = process.cmdline()
                if (option, str(port)) in pairwise(words) or (
                    not option and any(str(port) in word for word in words)
                ):
                    return int(process.pid)
    raise SystemExit(f"{name} on port {port} was not found")
