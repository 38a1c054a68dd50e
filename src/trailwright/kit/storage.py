"""Objects under a key, on this machine's disk or in an S3-compatible store.

Only obstore's synchronous functions, in threads of our own: its async ones crashed the interpreter at exit.
"""

import asyncio
import errno
import os
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from trailwright.errors import BusyError
from trailwright.kit.ids import random_chars

if TYPE_CHECKING:  # obstore has these for type checkers only
    from obstore import ObjectMeta
    from obstore.store import S3Config

T = TypeVar("T")

_THREADS = 8
_PAGE = 1000
_KEY_MAX = 512
_SEGMENT = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_KEY = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*")
_REGION = "us-east-1"
"""What stores that know no regions expect."""

_FULL = "The disk that holds the stored texts is full. Free some space; nothing that was saved is lost."
_READ_ONLY = (
    "The folder of stored texts cannot be written. Check its permissions and that the disk is writable."
)
_REFUSED = "The object store refused the access key. Check STORAGE__ACCESS_KEY_ID and its secret and rights."
_NO_BUCKET = "The bucket named in STORAGE_URL does not exist there. Create it or mend the name."
_AWAY = "The object store cannot be reached or is out of order. Check STORAGE__ENDPOINT, or wait a little."
_DISK = "The disk that holds the stored texts reports an error. Check the disk and the data folder."

_BY_ERRNO = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR), _READ_ONLY),
}
_BY_WORD = {
    "NoSuchBucket": _NO_BUCKET,
    **dict.fromkeys(
        ("401 Unauthorized", "403 Forbidden", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"),
        _REFUSED,
    ),
}


class StorageMissing(Exception):  # noqa: N818 - an outcome the caller decides about
    """Nothing is stored under this key."""


class StorageUnavailable(BusyError):  # noqa: N818 - named like its sibling
    """Stored texts cannot be read or saved at the moment."""

    code = "storage_unavailable"


class Stored(NamedTuple):
    """One object in a listing: its key, bytes, and last change in milliseconds since 1970."""

    key: str
    size: int
    changed_at: int


class Storage:
    """A store of whole objects. A put is there completely, on disk, or not at all; a key is written once.

    Keys are segments of `A-Z a-z 0-9 . _ -` joined by `/`, no segment beginning with a dot; another key
    raises ValueError. Every method raises `StorageUnavailable` with words for a person.
    """

    def __init__(self, store: LocalStore | S3Store, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="storage")

    @classmethod
    def from_url(
        cls,
        url: str,
        *,
        endpoint: str | None = None,
        access_key_id: str | None = None,
        secret_access_key: str | None = None,
        region: str | None = None,
    ) -> "Storage":
        """The store behind `file://PATH` (as it stands, nothing decoded) or `s3://bucket/prefix`.

        A local folder is made. What is None for S3 comes from the environment, as with other S3 programs.
        Raises ValueError for another scheme, `StorageUnavailable` when the folder cannot be made.
        """
        if url.startswith("file://"):
            folder = Path(url.removeprefix("file://"))
            return cls(_local(folder), folder)
        if not url.startswith("s3://"):
            message = f"STORAGE_URL must start with file:// or s3://, not {url.partition(':')[0]}:"
            raise ValueError(message)
        keys = {"endpoint": endpoint, "access_key_id": access_key_id, "secret_access_key": secret_access_key}
        return cls(_s3(url, {name: value for name, value in keys.items() if value}, region))

    async def put(self, key: str, data: bytes) -> None:
        """Store `data`; when this returns, a crash or a power cut does not lose it."""
        path = _checked(key)

        def work() -> None:
            obstore.put(self._store, path, data)
            if self._folder is not None:
                _flush(self._folder, path)

        await self._run(work)

    async def get(self, key: str) -> bytes:
        """The object's bytes; raises `StorageMissing`."""
        path = _checked(key)
        return await self._run(lambda: bytes(obstore.get(self._store, path).bytes()))

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove these; one that is not there is no error."""
        paths = [_checked(key) for key in keys]
        if paths:
            await self._run(lambda: self._delete(paths))

    async def pages(self, prefix: str = "") -> AsyncIterator[list[Stored]]:
        """Everything below the segments of `prefix`, a thousand at a time, in no order."""
        stream = iter(obstore.list(self._store, _checked(prefix) if prefix else None, chunk_size=_PAGE))
        while page := await self._run(lambda: _next_page(stream)):
            yield page

    async def check(self) -> None:
        """Write, read and remove one small object, so that a wrong setting shows before work is lost."""
        key = f"check/{random_chars(16)}"
        await self.put(key, b"trailwright")
        await self.get(key)
        await self.delete([key])

    def close(self) -> None:
        """End the threads after what they are at."""
        self._threads.shutdown()

    def _delete(self, paths: list[str]) -> None:
        if self._folder is None:
            obstore.delete(self._store, paths)
            return
        for path in paths:
            try:
                obstore.delete(self._store, path)
            except FileNotFoundError:
                continue

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise StorageUnavailable(_NO_BUCKET) from error
            raise StorageMissing from error
        except (BaseError, OSError) as error:
            raise StorageUnavailable(explain(error)) from error


def explain(error: Exception) -> str:
    """What a person can do about a fault of disk or store; never the fault's own words."""
    text = str(error)
    number = re.search(r"\(os error (\d+)\)", text)
    code = getattr(error, "errno", None) or (int(number[1]) if number else None)
    if "LocalFileSystem" in text or isinstance(error, OSError):
        return _BY_ERRNO.get(code, _DISK) if code is not None else _DISK
    return next((words for word, words in _BY_WORD.items() if word in text), _AWAY)


def _local(folder: Path) -> LocalStore:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return LocalStore(folder.absolute(), automatic_cleanup=True)
    except OSError as error:
        raise StorageUnavailable(explain(error)) from error


def _s3(url: str, keys: Mapping[str, str], region: str | None) -> S3Store:
    parts = urlsplit(url)
    config: S3Config = {"region": region or os.environ.get("AWS_REGION") or _REGION}
    config.update(cast("S3Config", keys))
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        config=config,
        client_options={
            "allow_http": keys.get("endpoint", "").startswith("http://"),
            "connect_timeout": "5s",
            "timeout": "30s",
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
    )


def _flush(folder: Path, key: str) -> None:
    """Bring a renamed file and its folders' entries to the disk: obstore writes and renames, no more."""
    file = folder / key
    for path in (file, *file.parents[: key.count("/") + 1]):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _checked(key: str) -> str:
    if len(key) > _KEY_MAX or not _KEY.fullmatch(key):
        message = f"not a storage key: {key[:80]!r}"
        raise ValueError(message)
    return key


def _next_page(stream: Iterator[Sequence["ObjectMeta"]]) -> list[Stored]:
    found = next(stream, ())
    return [
        Stored(meta["path"], meta["size"], int(meta["last_modified"].timestamp() * 1000)) for meta in found
    ]
