"""Schemathesis over all operations of the OpenAPI document: no 5xx, and every answer as the document says."""

import asyncio
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.abuse.modes import Mode, a_product
from tests.support.product import Api, Home, Nursery

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
EXAMPLES = 10
SUMMARY = re.compile(r"^ +(?:Tested:|Selected:|\d+ generated).*$", re.MULTILINE)
SEED = 6


async def tried(url: str, folder: Path, ids: Mapping[str, str], *more: str) -> str:
    """What schemathesis says of the API at `url`; `ids`: what stands in the paths, else it makes them up."""
    config = folder / "schemathesis.toml"
    named = [f'"path.{name}" = "{one}"' for name, one in ids.items()]
    config.write_text("\n".join(["[parameters]", *named, ""]), encoding="utf-8")
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config)),
        *("run", f"{url}/api/v1/openapi.json"),
        *("--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"),
        *("--max-examples", str(EXAMPLES), "--seed", str(SEED), "--workers", "2"),
        *("--request-timeout", "20", "--generation-database", "none", "--continue-on-failure"),
        *("--suppress-health-check", "all"),  # a busy machine is no finding
        *more,
    ]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return f"{said.decode(errors='replace')}\nexit {process.returncode}"


async def all_ids(api: Api) -> dict[str, str]:
    """Of a finished roadmap with a link."""
    ordered = await api.order()
    await api.ended(ordered.task_id)
    share = await api.post(f"/roadmaps/{ordered.roadmap_id}/share", {"offered": True})
    return {
        "task_id": ordered.task_id,
        "roadmap_id": ordered.roadmap_id,
        "concept_id": (await api.concepts(ordered.roadmap_id))[0]["concept_id"],
        "user_id": "me",
        "token": share["token"],
    }


WAYS: dict[str, tuple[Mode, bool]] = {
    "local, with ids that are there": ("local", True),
    "signed in, with ids that are there": ("accounts", True),
    "nobody, with ids it makes up": ("accounts", False),
}
KEPT = ("--exclude-method", "DELETE", "--exclude-path", "/api/v1/auth/logout")
"""What would take away the ids, or the session, that all others need."""


@pytest.mark.timeout(500)
@pytest.mark.parametrize("way", WAYS)
async def test_every_operation(
    home_on_sqlite: Home, nursery: Nursery, tmp_path: Path, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    mode, are_there = WAYS[way]
    async with a_product(home_on_sqlite, nursery, mode) as (up, word):
        ids = await all_ids(up.api) if are_there else {}
        proof = ("--header", f"Authorization: Bearer {word}") if word and are_there else ()
        said = await tried(up.api.url, tmp_path, ids, *proof, *(KEPT if are_there else ()))
        assert (await up.api.client.get("/health/ready")).status_code == 200
        assert "Traceback" not in up.said
    with capsys.disabled():
        sys.stdout.write(f"\n{way}:\n" + "".join(found[0] + "\n" for found in SUMMARY.finditer(said)))
    assert_all_passed(said)


def assert_all_passed(said: str) -> None:
    """Every operation was tried and every case passed; the generator's own trouble is no finding."""
    patterns = (r"Selected: (\d+)/", r"Tested: (\d+)$", r"(\d+) generated", r"generated, (\d+) passed")
    counts = [re.search(pattern, said, re.MULTILINE) for pattern in patterns]
    selected, tested, generated, passed = (int(found[1]) if found else -1 for found in counts)
    assert selected == tested, said
    assert generated == passed, said
    assert generated > 20 * tested
