"""What `kit.storage` promises, on a folder and on an S3-compatible store."""

import asyncio
import http.server
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.s3 import S3
from trailwright.kit.storage import Storage, StorageMissing, StorageUnavailable

KEYS = {"access_key_id": "someone", "secret_access_key": "secret"}


@pytest.fixture(params=["file", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    if request.param == "file":
        store = Storage.from_url(f"file://{tmp_path / 'with a blank' / 'objects'}")
    else:
        server: S3 = request.getfixturevalue("s3")
        server.make_bucket("texts")
        store = Storage.from_url(f"s3://texts/{tmp_path.name}", endpoint=server.endpoint, **KEYS)
    yield store
    store.close()


async def keys_below(storage: Storage, prefix: str = "") -> list[str]:
    return sorted([stored.key async for page in storage.pages(prefix) for stored in page])


async def test_what_was_put_is_got(storage: Storage) -> None:
    await storage.put("road-1/c_1/tutorial.1.md", "# Sauerteig ✓".encode())
    assert await storage.get("road-1/c_1/tutorial.1.md") == "# Sauerteig ✓".encode()


async def test_an_empty_object_is_an_object(storage: Storage) -> None:
    await storage.put("empty", b"")
    assert await storage.get("empty") == b""


async def test_a_missing_object_is_told_apart_from_a_fault(storage: Storage) -> None:
    with pytest.raises(StorageMissing):
        await storage.get("nothing/here")


async def test_deleting_twice_is_no_error(storage: Storage) -> None:
    await storage.put("a/b", b"1")
    await storage.delete(["a/b", "never/was"])
    await storage.delete(["a/b"])
    await storage.delete([])
    with pytest.raises(StorageMissing):
        await storage.get("a/b")


async def test_a_listing_is_of_one_folder_and_complete(storage: Storage) -> None:
    wanted = [f"road/{number:04}" for number in range(1005)]
    await asyncio.gather(*(storage.put(key, b"x") for key in [*wanted, "road-2/other"]))
    assert await keys_below(storage, "road") == wanted
    assert await keys_below(storage, "no/such") == []
    assert len(await keys_below(storage)) == 1006


async def test_a_listing_tells_size_and_time(storage: Storage) -> None:
    await storage.put("a/b", b"12345")
    [[stored]] = [page async for page in storage.pages("a")]
    assert (stored.key, stored.size) == ("a/b", 5)
    assert stored.changed_at > 1_700_000_000_000


async def test_many_at_once_do_not_mix(storage: Storage) -> None:
    await asyncio.gather(*(storage.put(f"k/{n}", str(n).encode() * 1000) for n in range(60)))
    texts = await asyncio.gather(*(storage.get(f"k/{n}") for n in range(60)))
    assert texts == [str(n).encode() * 1000 for n in range(60)]


@pytest.mark.parametrize(
    "key",
    ["", "/abs", "../up", "a/../b", "a//b", "a/", "./a", "a/.hidden", "a b", "ü", "a\x00b", "a#1", "x" * 513],
)
async def test_a_key_that_leads_elsewhere_is_refused(storage: Storage, key: str) -> None:
    for attempt in (storage.put(key, b""), storage.get(key), storage.delete([key])):
        with pytest.raises(ValueError, match="not a storage key"):
            await attempt


async def test_the_check_leaves_nothing_behind(storage: Storage) -> None:
    await storage.check()
    assert await keys_below(storage) == []


@pytest.mark.parametrize("url", ["gs://bucket", "objects", "http://127.0.0.1/x"])
def test_another_scheme_is_refused_by_name(url: str) -> None:
    with pytest.raises(ValueError, match="STORAGE_URL must start with"):
        Storage.from_url(url)


async def test_a_bucket_that_is_not_there_is_named_as_the_cause(s3: S3) -> None:
    store = Storage.from_url("s3://nobodys-bucket", endpoint=s3.endpoint, **KEYS)
    for attempt in (store.put("a", b""), store.get("a")):
        with pytest.raises(StorageUnavailable, match="bucket named in STORAGE_URL"):
            await attempt
    store.close()


@pytest.fixture
def broken_store(request: pytest.FixtureRequest) -> Iterator[str]:
    """Endpoint of a store that answers every request with the status it is given."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(request.param)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PUT = do_POST = do_GET  # noqa: N815 - names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("broken_store", "words"),
    [
        (500, "out of order"),
        (503, "out of order"),
        (403, "refused the access key"),
        (401, "refused the access key"),
    ],
    indirect=["broken_store"],
)
async def test_a_stores_fault_becomes_words_to_act_on(broken_store: str, words: str) -> None:
    store = Storage.from_url("s3://texts", endpoint=broken_store, **KEYS)
    for attempt in (store.put("a", b"x"), store.get("a"), store.delete(["a"])):
        with pytest.raises(StorageUnavailable, match=words) as caught:
            await attempt
        assert "127.0.0.1" not in caught.value.detail
    store.close()


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable, match="cannot be written"):
        Storage.from_url(f"file://{tmp_path / 'file' / 'objects'}")


def run_alone(code: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, f"file://{folder}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


LIMITED = """
import asyncio, resource, sys
from trailwright.kit.storage import Storage, StorageUnavailable
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
async def main():
    store = Storage.from_url(sys.argv[1])
    try:
        await store.put("a/b", b"x" * 5000)
    except StorageUnavailable as error:
        print(error.detail)
    print([stored async for page in store.pages() for stored in page])
asyncio.run(main())
"""


def test_a_disk_without_room_says_so_and_keeps_no_half(tmp_path: Path) -> None:
    said, _ = run_alone(LIMITED, tmp_path).communicate()
    assert said.splitlines() == [
        "The disk that holds the stored texts is full. Free some space; nothing that was saved is lost.",
        "[]",
    ]


WRITING = """
import asyncio, sys
from trailwright.kit.storage import Storage
async def main():
    store = Storage.from_url(sys.argv[1])
    for number in range(10000):
        await store.put(f"k/{number}", b"x" * 3_000_000)
        print(number, flush=True)
asyncio.run(main())
"""


async def test_a_killed_writer_leaves_whole_objects_only(tmp_path: Path) -> None:
    writer = run_alone(WRITING, tmp_path)
    assert writer.stdout is not None
    for _ in range(5):
        writer.stdout.readline()
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    store = Storage.from_url(f"file://{tmp_path}")
    sizes = {stored.size async for page in store.pages() for stored in page}
    assert sizes == {3_000_000}
    assert len(await store.get("k/4")) == 3_000_000
    store.close()
