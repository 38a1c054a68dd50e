"""Schemathesis over all operations of the OpenAPI document: no 5xx, and every answer as the document says."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.support.product import Home, Nursery

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
EXAMPLES = 12
SEED = 6


async def tried(url: str, folder: Path, *more: str) -> str:
    """What schemathesis says of the API at `url`."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{url}/api/v1/openapi.json"),
        *("--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"),
        *("--max-examples", str(EXAMPLES), "--seed", str(SEED), "--workers", "2"),
        *("--request-timeout", "20", "--generation-database", "none", "--continue-on-failure"),
        *more,
    ]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return f"{said.decode(errors='replace')}\nexit {process.returncode}"


@pytest.mark.timeout(400)
async def test_every_operation(
    home_on_sqlite: Home, nursery: Nursery, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = home_on_sqlite.but(LIMITS__GENERATIONS_PER_HOUR=5, LIMITS__RETRIES_PER_HOUR=20)
    async with home.up(nursery) as up:
        ordered = await up.api.order()
        await up.api.ended(ordered.task_id)
        said = await tried(up.api.url, tmp_path)
        assert (await up.api.client.get("/health/ready")).status_code == 200
        assert "Traceback" not in up.said
    with capsys.disabled():
        sys.stdout.write("\n" + said[-1500:])
    assert said.rstrip().endswith("exit 0"), said
