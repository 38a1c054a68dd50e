"""A backup file, opened as something that a stranger may have made."""

import contextlib
import hashlib
import json
import re
import shutil
import sqlite3
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from trailwright.commandline import secret
from trailwright.commandline.backup import (
    CONFIG,
    FORMAT,
    MANIFEST,
    OBJECTS,
    POSTGRES,
    SQLITE,
    VERSION,
    keys_of,
)
from trailwright.commandline.database import known_revisions
from trailwright.commandline.folder import LEAST_FREE
from trailwright.commandline.trouble import Trouble

_NAMES = frozenset({MANIFEST, SQLITE, POSTGRES, secret.FILE, CONFIG})
_TEXT = re.compile(rf"{OBJECTS}items/[A-Za-z0-9_-]{{1,160}}/[0-9]{{1,20}}\.json")
_CHUNK = 1 << 20
_LARGEST_MANIFEST = 500_000_000


@dataclass(frozen=True)
class Unpacked:
    """A judged backup in a folder: every file is as the manifest says, and nothing else is there."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def keys(self) -> list[str]:
        """Keys of the stored texts."""
        return [name.removeprefix(OBJECTS) for name in self.manifest["files"] if name.startswith(OBJECTS)]

    @property
    def database(self) -> Path:
        """SQLite's file, or the dump of a server."""
        sqlite = self.folder / SQLITE
        return sqlite if sqlite.exists() else self.folder / POSTGRES


def unpack(file: Path, folder: Path) -> Unpacked:
    """Take all files out into an empty folder and judge them. Raises `Trouble`."""
    try:
        with tarfile.open(file, "r|gz") as tar:
            found = {}
            for member in tar:
                found[member.name] = _take(tar, member, folder)
    except (tarfile.TarError, EOFError, zlib.error, ValueError) as error:
        raise _wrong(file, f"it is damaged or no backup ({error})") from None
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror or error}") from None
    return _judged(file, folder, found)


def _wrong(file: Path, words: str) -> Trouble:
    return Trouble(f"{file} cannot be restored: {words}. Nothing was changed.")


def _take(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> str:
    """One member, to where its name says; raises ValueError for what no backup holds. Its SHA-256."""
    if not member.isreg() or not (member.name in _NAMES or _TEXT.fullmatch(member.name)):
        raise ValueError(f"it holds {member.name[:80]!r}, which no backup holds")
    if member.size > shutil.disk_usage(folder).free - LEAST_FREE:
        raise ValueError("there is not enough room on the disk for it")
    target = folder / member.name
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source = tar.extractfile(member)
    if source is None or target.exists():
        raise ValueError(f"it holds {member.name[:80]!r} twice")
    with target.open("xb") as out:
        return _copy(source, out)


def _copy(source: IO[bytes], out: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := source.read(_CHUNK):
        digest.update(block)
        out.write(block)
    return digest.hexdigest()


def _judged(file: Path, folder: Path, found: dict[str, str]) -> Unpacked:
    manifest = _manifest(file, folder)
    claimed = {name: entry.get("sha256") for name, entry in manifest["files"].items()}
    found.pop(MANIFEST, None)
    if claimed != found:
        raise _wrong(file, "its files are not those that its list names")
    if (SQLITE in found) == (POSTGRES in found):
        raise _wrong(file, "it holds no database")
    if manifest.get("revision") not in known_revisions():
        raise _wrong(file, "it was made by a newer version of this program")
    unpacked = Unpacked(folder, manifest)
    if SQLITE in found:
        _judge_sqlite(file, unpacked)
    return unpacked


def _manifest(file: Path, folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file() or path.stat().st_size > _LARGEST_MANIFEST:
        raise _wrong(file, "it is not a whole backup: its list of files is missing")
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise _wrong(file, "its list of files is damaged") from None
    shape = isinstance(manifest, dict) and manifest.get("format") == FORMAT
    if not shape or not isinstance(manifest.get("files"), dict):
        raise _wrong(file, "it is no backup of this program")
    if manifest.get("version") != VERSION:
        raise _wrong(file, "it was made by a newer version of this program")
    if not all(isinstance(entry, dict) for entry in manifest["files"].values()):
        raise _wrong(file, "its list of files is damaged")
    return manifest


def _judge_sqlite(file: Path, unpacked: Unpacked) -> None:
    """Sound by SQLite's own check, without anything that runs by itself, and with all its texts."""
    path = unpacked.database
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            [(verdict,)] = connection.execute("PRAGMA quick_check(1)").fetchall()
            moving = connection.execute(
                "SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')"
            ).fetchone()[0]
        named = keys_of(path)
    except (sqlite3.Error, ValueError) as error:
        raise _wrong(file, f"its database is damaged ({error})") from None
    if verdict != "ok" or moving:
        raise _wrong(file, "its database is damaged")
    if named - set(unpacked.keys) - set(unpacked.manifest.get("missing", [])):
        raise _wrong(file, "texts that its database names are missing in it")
