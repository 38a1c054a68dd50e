import json

from tests.api.support import World
from tools.write_openapi import TARGET
from trailwright.api import described


async def test_the_file_the_client_is_made_from_is_what_is_served(world: World) -> None:
    written = json.loads(TARGET.read_text(encoding="utf-8"))
    assert written == described(), "run: .venv/bin/python -m tools.write_openapi"
    assert written == await world.get("/openapi.json")
