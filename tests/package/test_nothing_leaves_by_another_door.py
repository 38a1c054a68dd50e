"""Who may open a connection: what strangers name is asked through the guard, and a new client is refused.

The rule a reader needs: addresses that a model, a page or a user names go through `research.guard.Fetcher`.
Addresses that the operator set (models, Redis, the database, the bucket) are asked by the files named here.
"""

from collections.abc import Iterator
from pathlib import Path

from tests.support.source import calls, imports, in_package, is_one_of, listed, source_files

CLIENTS = {
    "httpcore": ("research/guard.py",),  # the guard itself
    "httpx": (
        "research/*",  # parses addresses; what asks is the guard
        "llm/weights_sources.py",  # pinned weights, from addresses that stand in the code
        "commandline/client.py",  # the product's own server, on loopback or named by `--server`
        "users/oidc.py",  # the OpenID provider, which the operator set
    ),
    "aiohttp": ("llm/openai_wire.py",),  # the model's address, which the operator set
    "redis": ("kit/redis_client.py", "events/redis_bus.py", "llm/*", "work/celery_app.py"),
    "urllib.request": ("llm/weights_sources.py",),  # for the proxies of the environment
    "obstore": ("kit/storage.py",),
    "asyncpg": ("commandline/database.py",),  # names of its errors
    "smtplib": ("users/post.py",),  # the mail server, which the operator set
    "http.client": (),
    "requests": (),
    "urllib3": (),
    "httpx2": ("llm/native_wire.py",),
    "ftplib": (),
    "telnetlib": (),
    "xmlrpc": (),
    "websockets": (),
    "aiosmtplib": (),
    "authlib": (),
}
"""Who may import what can open a connection."""

DIALS = {
    "socket.create_connection": (),
    "asyncio.open_connection": (),
    "asyncio.open_unix_connection": (),
    "socket.getaddrinfo": ("research/guard.py", "llm/weights_sources.py"),
    "httpx.get": (),
    "httpx.post": (),
    "httpx.request": (),
    "httpx.stream": (),
    "httpx.Client": ("llm/weights_sources.py", "commandline/client.py"),
    "httpx.AsyncClient": ("users/oidc.py",),
    "aiohttp.ClientSession": ("llm/openai_wire.py",),
    "aiohttp.request": (),
    "urlopen": (),
    "urllib.request.urlopen": (),
}
"""Who may dial. `loop.create_connection` and `sock_connect` are looked for by their last word."""

_BY_LAST_WORD = ("create_connection", "sock_connect", "urlopen", "connect_tcp")


def strays_of(path: Path) -> Iterator[str]:
    for line, name in imports(path):
        for client, files in CLIENTS.items():
            if f"{name}.".startswith(f"{client}.") and not is_one_of(path, files):
                yield f"{in_package(path)}:{line} imports {name}"
    for call, name in calls(path):
        if (name in DIALS and not is_one_of(path, DIALS[name])) or (
            name.rpartition(".")[2] in _BY_LAST_WORD and name not in DIALS and not is_one_of(path, _GUARD)
        ):
            yield f"{in_package(path)}:{call.lineno} calls {name}"


_GUARD = ("research/guard.py",)


def test_what_can_open_a_connection_stands_in_named_files() -> None:
    strays = [stray for path in source_files() for stray in strays_of(path)]
    assert not strays, listed(strays, "ask through research.guard.Fetcher, or name the file and the reason")


def test_every_file_that_is_named_is_there_and_needs_it() -> None:
    used = {(client, in_package(path)) for path in source_files() for client in CLIENTS if uses(path, client)}
    idle = [
        f"{client}: {file}"
        for client, files in CLIENTS.items()
        for file in files
        if "*" not in file and (client, file) not in used
    ]
    assert not idle, listed(idle)


def uses(path: Path, client: str) -> bool:
    return any(f"{name}.".startswith(f"{client}.") for _, name in imports(path))


def test_a_fetcher_is_made_only_where_strangers_addresses_are_asked() -> None:
    """Each of them takes resolver and connector from outside, so tests can see what would be dialled."""
    makers = {
        in_package(path)
        for path in source_files()
        for _, name in calls(path)
        if name.rpartition(".")[2] == "Fetcher"
    }
    assert makers == {"research/search.py", "research/links.py", "covers/providers.py"}
