"""Every operation there is, called as everybody who may not: the walk that finds the door left open.

It goes through the application's own routes, aliases and those no document shows included, and through the
socket. What it prints is the number of operations times principals.
"""

import re
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.api.people import (
    Person,
    a_person,
    a_session,
    a_token,
    a_world_of_accounts,
    bearing,
    change_user,
    give,
)
from tests.api.support import World, a_server, refusal
from tests.support import engine
from trailwright.api import rules
from trailwright.api.access import is_open
from trailwright.kit.api import AdminRoute, OpenRoute, PersonRoute, Route
from trailwright.users import invites, proofs

CANARY = "the goal that only ann knows"
UNKNOWN = "nothing-of-that-name"
NO_LINK = "l" * 32
"""Who has a real one reads what it leads to: see `tests/sharing`."""


@dataclass(frozen=True)
class Operation:
    """A method of a route."""

    method: str
    path: str
    route: BaseRoute
    endpoint: Any

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_open(self) -> bool:
        return is_open(self.path)

    def needs(self, rule: type[Route]) -> bool:
        return isinstance(self.route, rule)


def operations(world: World) -> Iterator[Operation]:
    """Every one that a class of ours serves; the rest is named in `rules.UNRULED`."""
    for found in rules.routes(world.app):
        if isinstance(found.original_route, APIRoute) and found.path not in rules.UNRULED:
            for method in sorted(found.methods or ()):
                yield Operation(method, found.path or "", found.original_route, found.endpoint)


@dataclass
class Hers:
    """What ann has, by the names that paths give it."""

    ann: Person
    names: dict[str, str]

    def path(self, operation: Operation) -> str:
        return re.sub(r"\{(\w+)[^}]*\}", lambda found: self.names[found[1]], operation.path)


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with a_world_of_accounts(database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def hers(world: World) -> Hers:
    """An admin with a roadmap that has content, a cover, a token and an invitation."""
    ann = await a_person(world, "ann", role="admin")
    task_id, roadmap_id = await engine.a_task(world.db)
    await world.make_content(task_id)
    await give(world, ann)
    for sql in ("UPDATE tasks SET title = 'TITLE'", "UPDATE roadmaps SET title = 'TITLE'"):
        await world.run_sql(sql.replace("TITLE", CANARY))
    detail = await ann.get(f"/roadmaps/{roadmap_id}")
    concept = detail["framework"]["stages"][0]["modules"][0]["concepts"][0]["concept_id"]
    await ann.post(f"/roadmaps/{roadmap_id}/share", {"offered": True})
    token = await a_token(world, ann.user_id, "write")
    [session] = (await ann.get("/auth/sessions"))["sessions"]
    async with world.db.writing() as tx:
        invitation, _ = await invites.make(tx, ann.user_id, email=None, role="learner", days=7)
    return Hers(
        ann,
        {
            "task_id": task_id,
            "roadmap_id": roadmap_id,
            "concept_id": concept,
            "content_type": "quiz",
            "version": "1",
            "number": "1",
            "digest": "0" * 20,
            "user_id": ann.user_id,
            "session_id": session["session_id"],
            "token_id": token["token_id"],
            "invite_id": invitation["invite_id"],
            "token": NO_LINK,
        },
    )


async def strangers(world: World, hers: Hers) -> dict[str, str | None]:
    """The words of those who prove nothing, by what is wrong with them."""
    expired = await a_session(world, hers.ann.user_id, lives_ms=-1)
    revoked = await a_session(world, hers.ann.user_id)
    await world.db.transact(lambda tx: proofs.end(tx, proofs.digest_of(revoked)))
    shut = await a_person(world, "shut")
    await change_user(world, shut.user_id, disabled_at=1)
    ticket = await world.db.transact(
        lambda tx: proofs.new_ticket(tx, hers.ann.user_id, proofs.digest_of(hers.ann.word), "read write")
    )
    reset = await world.db.transact(lambda tx: proofs.new_reset(tx, hers.ann.user_id))
    return {
        "nobody": None,
        "empty": "",
        "expired": expired,
        "revoked": revoked,
        "forged": f"{hers.ann.word[:-1]}{'a' if hers.ann.word[-1] != 'a' else 'b'}",
        "digest": proofs.digest_of(hers.ann.word),
        "a ticket": ticket,
        "a reset link": reset,
        "disabled": shut.word,
    }


async def called(client: httpx.AsyncClient, operation: Operation, path: str) -> httpx.Response:
    """Called with a body that is nothing much: who may not must be told so before it is looked at."""
    body = None if operation.method in {"GET", "HEAD"} else b"{}"
    headers = {"Content-Type": "application/json"}
    return await client.request(operation.method, path.removeprefix("/api/v1"), content=body, headers=headers)


def says_nothing(answer: httpx.Response, hers: Hers) -> None:
    for secret in (CANARY, hers.ann.email, "hollow", "你好"):
        assert secret not in answer.text


async def test_every_operation_refuses_whoever_may_not(
    world: World, hers: Hers, capsys: pytest.CaptureFixture[str]
) -> None:
    walked = list(operations(world))
    assert len(walked) > 80
    done = 0
    for name, word in (await strangers(world, hers)).items():
        async with bearing(world, word) as client:
            for operation in walked:
                answer = await called(client, operation, hers.path(operation))
                says_nothing(answer, hers)
                assert answer.status_code < 500, (name, operation.name)
                if not operation.is_open:
                    problem = refusal(answer, 401, "unauthorized")
                    assert answer.headers["www-authenticate"] == "Bearer", operation.name
                    assert "error" not in problem
                done += 1
    done += await walk_as_another(world, hers, walked)
    done += await walk_as_a_program(world, hers, walked)
    done += await walk_the_socket(world, hers)
    with capsys.disabled():
        told = f"{len(walked) + 1} operations, {done} calls (operations x principals)"
        sys.stdout.write(f"\naccess walk: {told}\n")


async def walk_as_another(world: World, hers: Hers, walked: list[Operation]) -> int:
    """Another learner, and another admin: what is hers is hers, but for what admins do with accounts."""
    done = 0
    for role in ("learner", "admin"):
        for operation in walked:
            if role == "admin" and operation.needs(AdminRoute):
                continue
            another = await a_person(world, f"ben{done}", role=role)
            await judged_as_another(another, operation, hers)
            await another.client.aclose()
            await world.run_sql("DELETE FROM users WHERE email LIKE 'ben%'")
            done += 1
    return done


async def judged_as_another(another: Person, operation: Operation, hers: Hers) -> None:
    answer = await called(another.client, operation, hers.path(operation))
    assert answer.status_code < 500, operation.name
    says_nothing(answer, hers)
    if operation.needs(AdminRoute):
        refusal(answer, 403, "forbidden")
    elif "{token}" in operation.path:
        refusal(answer, 404, "share_not_found")
    elif "{" in operation.path:
        refusal(answer, 403, "forbidden")
        gone = re.sub(r"\{\w+[^}]*\}", UNKNOWN, operation.path)
        refusal(await called(another.client, operation, gone), 404)
    elif not operation.is_open:
        assert answer.status_code not in {401, 403}, operation.name


async def walk_as_a_program(world: World, hers: Hers, walked: list[Operation]) -> int:
    """Her own API tokens: `read` changes nothing, and neither of them does what needs a person."""
    for scopes in (("read",), ("read", "write")):
        token = await a_token(world, hers.ann.user_id, *scopes)
        before = await world.rows()
        async with bearing(world, token["token"]) as client:
            for operation in walked:
                if operation.is_open:
                    continue
                changes = operation.method not in {
                    "GET",
                    "HEAD",
                } and not operation.endpoint.__dict__.get("reads")
                if operation.needs(PersonRoute) or (changes and "write" not in scopes):
                    answer = await called(client, operation, hers.path(operation))
                    refusal(answer, 403, "insufficient_scope")
                elif not changes:
                    answer = await called(client, operation, hers.path(operation))
                    assert answer.status_code not in {401, 403}, operation.name
        if scopes == ("read",):
            after = await world.rows()
            after["proofs"] -= 1  # a ticket may be got
            assert after == before
    return 2 * len(walked)


async def walk_the_socket(world: World, hers: Hers) -> int:
    """Accepted, told nothing, closed with 1008; of what proves nothing and of another's alike."""
    ben = await a_person(world, "benat")
    words = {**await strangers_at_the_socket(world, hers), "another": ben.word}
    async with a_server(world) as place:
        for name, word in words.items():
            extra: dict[str, Any] = {} if not word else {"subprotocols": [f"bearer.{word}"]}
            uri = f"ws://{place}/api/v1/ws/{hers.names['task_id']}"
            async with connect(uri, **extra) as line:
                with pytest.raises(ConnectionClosed):
                    await line.recv()
                assert line.close_code == 1008, name
    return len(words)


async def strangers_at_the_socket(world: World, hers: Hers) -> dict[str, str | None]:
    """As for the operations; the one who is shut out there is there already."""
    await world.run_sql("DELETE FROM users WHERE email = 'shut@example.org'")
    return await strangers(world, hers)


async def test_the_socket_is_all_there_is_besides(world: World) -> None:
    others = [one for one in rules.routes(world.app) if not isinstance(one.original_route, APIRoute)]
    sockets = [one.path for one in others if isinstance(one.original_route, WebSocketRoute)]
    assert sockets == list(rules.SOCKETS)
    assert {one.path for one in others} - set(sockets) <= set(rules.UNRULED)


async def test_an_application_with_a_route_without_a_rule_is_not_built(world: World) -> None:
    router = APIRouter()

    @router.get("/forgotten")
    async def forgotten() -> None: ...

    world.app.include_router(router, prefix="/api/v1")
    assert "forgotten" in rules.faults(world.app)[0]
    with pytest.raises(ValueError, match="forgotten"):
        rules.check(world.app)


async def test_a_route_whose_path_names_what_nobody_judges_is_not_built(world: World) -> None:
    router = APIRouter(route_class=Route)

    @router.get("/things/{thing_id}")
    async def thing(thing_id: str) -> None: ...

    world.app.include_router(router, prefix="/api/v1")
    assert "thing_id" in rules.faults(world.app)[0]


async def test_an_open_route_must_be_named_among_the_open_paths(world: World) -> None:
    router = APIRouter(route_class=OpenRoute)

    @router.get("/everybody")
    async def everybody() -> None: ...

    world.app.include_router(router, prefix="/api/v1")
    assert "everybody" in rules.faults(world.app)[0]
    async with bearing(world, None) as nobody:
        refusal(await nobody.get("/everybody"), 401)
