from pathlib import Path

from tests.api.support import World

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
CONCEPT = "/roadmaps/{roadmap_id}/concepts/{concept_id}/"


async def test_every_route_stands_in_the_documentation(world: World) -> None:
    text = DOCS.read_text(encoding="utf-8")
    missing = []
    for path, verbs in (await world.get("/openapi.json"))["paths"].items():
        short = path.removeprefix("/api/v1")
        names = {short, short.replace(CONCEPT, "…/")}
        for verb in verbs:
            said = {f"{verb.upper()} {name}" for name in names}
            if not any(f"`{one}`" in text for one in said) and not (verb == "post" and "framework" in short):
                missing.append(f"{verb.upper()} {short}")
    assert not missing
