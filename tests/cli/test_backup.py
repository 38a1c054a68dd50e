"""Backup and restore: what comes back is what was there, and a file from a stranger changes nothing."""

import contextlib
import gzip
import hashlib
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import call, up
from tests.cli.test_transfer import Place, filled
from tests.support.s3 import S3
from trailwright.commandline import backup, restore
from trailwright.commandline.trouble import Trouble

Files = dict[str, bytes]


@pytest.fixture
def place(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """An installation with one roadmap."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "trailwright.db").write_bytes(sqlite_template.read_bytes())
    (folder / "secret.key").write_text("s" * 64)
    place = Place(folder, f"sqlite:///{folder / 'trailwright.db'}", monkeypatch)
    filled(place)
    monkeypatch.setenv("TRAILWRIGHT_DATA_DIR", str(folder))
    return place


@pytest.fixture
def saved(place: Place, tmp_path: Path) -> Path:
    """Its backup."""
    file = tmp_path / "saved.tar.gz"
    assert backup.run(file, place.folder) == 0
    return file


def unpacked(file: Path) -> Files:
    with tarfile.open(file) as tar:
        return {m.name: f.read() for m in tar if (f := tar.extractfile(m)) is not None}


def rows(file: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return list(connection.iterdump())


def test_it_comes_back_as_it_was(place: Place, saved: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    assert restore.run(saved, elsewhere, force=False) == 0
    assert rows(elsewhere / "trailwright.db") == rows(place.folder / "trailwright.db")
    assert (elsewhere / "secret.key").read_text() == "s" * 64
    for text in (place.folder / "objects").rglob("*.json"):
        assert (elsewhere / text.relative_to(place.folder)).read_bytes() == text.read_bytes()
    assert [path.name for path in elsewhere.glob(".*")] == []


def test_only_its_owner_can_read_it(saved: Path) -> None:
    assert saved.stat().st_mode & 0o077 == 0


def test_what_is_there_is_refused_or_put_aside(place: Place, saved: Path) -> None:
    before = rows(place.folder / "trailwright.db")
    with pytest.raises(Trouble, match="--force"):
        restore.run(saved, place.folder, force=False)
    with contextlib.closing(sqlite3.connect(place.folder / "trailwright.db")) as connection:
        connection.execute("DELETE FROM task_logs")
        connection.commit()
    changed = rows(place.folder / "trailwright.db")
    assert restore.run(saved, place.folder, force=True) == 0
    assert rows(place.folder / "trailwright.db") == before
    [aside] = (place.folder / "backups").iterdir()
    assert rows(aside / "trailwright.db") == changed
    assert any((aside / "objects").rglob("*.json"))


def test_a_running_product_is_saved_and_not_restored_over(tmp_path: Path, with_model: dict[str, str]) -> None:
    data, file = tmp_path / "data", tmp_path / "b.tar.gz"
    with up(tmp_path / "up", data, env=with_model):
        done = call("backup", file, "--data", data)
        assert done.code == 0, done.err
        refused = call("restore", file, "--data", data, "--force")
        assert (refused.code, "End it first" in refused.err) == (1, True)
    assert set(unpacked(file)) == {"manifest.json", "database.db", "secret.key"}


def test_writing_goes_on_while_it_is_saved(place: Place, tmp_path: Path) -> None:
    """The copy is of one moment, whatever is written meanwhile."""
    with contextlib.closing(sqlite3.connect(place.folder / "trailwright.db")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM task_logs")
        assert backup.run(tmp_path / "b.tar.gz", place.folder) == 0
        writer.rollback()
    database = tmp_path / "copy.db"
    database.write_bytes(unpacked(tmp_path / "b.tar.gz")["database.db"])
    assert rows(database) == rows(place.folder / "trailwright.db")


def test_a_text_that_is_missing_is_told_and_the_rest_saved(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    next((place.folder / "objects").rglob("*.json")).unlink()
    file = tmp_path / "b.tar.gz"
    assert backup.run(file, place.folder) == 0
    assert "1 stored text is missing" in capsys.readouterr().err
    assert restore.run(file, tmp_path / "elsewhere", force=False) == 0


def test_a_file_that_cannot_be_written_leaves_nothing(place: Place, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Trouble):
        backup.run(tmp_path / "file" / "b.tar.gz", place.folder)
    with pytest.raises(Trouble, match="nothing"):
        backup.run(tmp_path / "b.tar.gz", tmp_path / "empty")
    assert not (tmp_path / "b.tar.gz").exists()


def packed(files: Files, *more: tarfile.TarInfo, manifest: bool = True) -> bytes:
    """A backup by hand; its list of files is right unless a test made it wrong."""
    files = dict(files)
    if manifest:
        said: dict[str, Any] = json.loads(files.pop("manifest.json"))
        said["files"] = {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
        }
        files["manifest.json"] = json.dumps(said).encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for info in more:
            tar.addfile(info)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def with_trigger(files: Files) -> Files:
    """A database in which something runs by itself."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(files["database.db"])
    connection.execute("CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM users; END")
    return files | {"database.db": connection.serialize()}


def said(files: Files, **changes: object) -> Files:
    return files | {"manifest.json": json.dumps(json.loads(files["manifest.json"]) | changes).encode()}


def without(files: Files, *names: str) -> Files:
    return {name: content for name, content in files.items() if name not in names}


def a_text(files: Files) -> str:
    return next(name for name in files if name.startswith("objects/"))


HOSTILE: dict[str, Callable[[Files], bytes]] = {
    "a path that climbs": lambda f: packed(f | {"../evil": b"x"}),
    "a path from the root": lambda f: packed(f | {"/tmp/evil": b"x"}),  # noqa: S108 - never written
    "a text that climbs": lambda f: packed(f | {"objects/items/../../../evil/1.json": b"{}"}),
    "a text elsewhere": lambda f: packed(f | {"objects/other/1.json": b"{}"}),
    "a file of another name": lambda f: packed(f | {".bashrc": b"x"}),
    "a link": lambda f: packed(f, special("objects/items/a/1.json", tarfile.SYMTYPE, "/etc/passwd")),
    "a hard link": lambda f: packed(f, special("database.db", tarfile.LNKTYPE, "/etc/passwd")),
    "a device": lambda f: packed(f, special("secret.key", tarfile.CHRTYPE)),
    "a pipe": lambda f: packed(f, special("secret.key", tarfile.FIFOTYPE)),
    "a folder in a file's place": lambda f: packed(
        without(f, "secret.key"), special("secret.key", tarfile.DIRTYPE)
    ),
    "no list of files": lambda f: packed(without(f, "manifest.json"), manifest=False),
    "a list that is no JSON": lambda f: packed(f | {"manifest.json": b"{"}, manifest=False),
    "a list of another program": lambda f: packed(said(f, format="x")),
    "a later format": lambda f: packed(said(f, version=2)),
    "a later database": lambda f: packed(said(f, revision="9999")),
    "a file that was changed": lambda f: packed(f | {a_text(f): b"{}"}, manifest=False),
    "a file that is not listed": lambda f: packed(f | {"objects/items/x/1.json": b"{}"}, manifest=False),
    "a listed file that is not there": lambda f: packed(without(f, a_text(f)), manifest=False),
    "no database": lambda f: packed(without(f, "database.db")),
    "two databases": lambda f: packed(f | {"database.dump": b"x"}),
    "a damaged database": lambda f: packed(f | {"database.db": f["database.db"][:5000] + b"\xff" * 9000}),
    "no database at all": lambda f: packed(f | {"database.db": b"hello"}),
    "a database with a trigger": lambda f: packed(with_trigger(f)),
    "a text that the database names is missing": lambda f: packed(without(f, a_text(f))),
    "no archive": lambda _: b"hello",
    "an empty file": lambda _: b"",
    "cut off": lambda f: packed(f)[:-2000],
    "no tar in it": lambda _: gzip.compress(b"hello"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_backup_from_a_stranger_is_refused_in_words_and_changes_nothing(
    place: Place, saved: Path, tmp_path: Path, what: str
) -> None:
    file = tmp_path / "hostile.tar.gz"
    file.write_bytes(HOSTILE[what](unpacked(saved)))
    before = {path: path.read_bytes() for path in place.folder.rglob("*") if path.is_file()}
    with pytest.raises(Trouble) as refused:
        restore.run(file, place.folder, force=True)
    assert "cannot be re" in str(refused.value)
    after = {path: path.read_bytes() for path in place.folder.rglob("*") if path.is_file()}
    assert {p: c for p, c in after.items() if p.name != "up.lock"} == {
        p: c for p, c in before.items() if p.name != "up.lock"
    }
    assert not (tmp_path / "evil").exists()


def test_a_good_one_by_hand_is_taken(saved: Path, tmp_path: Path) -> None:
    file = tmp_path / "by-hand.tar.gz"
    file.write_bytes(packed(unpacked(saved)))
    assert restore.run(file, tmp_path / "elsewhere", force=False) == 0


def test_a_server_is_saved_and_restored_with_its_own_tools(
    postgres_place: Place, tmp_path: Path, saved: Path
) -> None:
    roadmap_id = filled(postgres_place)
    document = postgres_place.export(roadmap_id)
    file = tmp_path / "pg.tar.gz"
    assert backup.run(file, postgres_place.folder) == 0
    assert "database.dump" in unpacked(file)
    counts = postgres_place.counts()
    filled(postgres_place)
    assert restore.run(file, postgres_place.folder, force=True) == 0
    assert postgres_place.counts() == counts
    assert postgres_place.export(roadmap_id) == document
    with pytest.raises(Trouble, match="names a PostgreSQL server"):
        restore.run(saved, postgres_place.folder, force=True)


def test_texts_of_an_object_store_are_saved_and_put_back(
    saved: Path, place: Place, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.make_bucket("texts")
    monkeypatch.setenv("TRAILWRIGHT_STORAGE_URL", "s3://texts/here")
    monkeypatch.setenv("TRAILWRIGHT_STORAGE__ENDPOINT", s3.endpoint)
    monkeypatch.setenv("TRAILWRIGHT_STORAGE__ACCESS_KEY_ID", "key")
    monkeypatch.setenv("TRAILWRIGHT_STORAGE__SECRET_ACCESS_KEY", "secret")
    assert restore.run(saved, place.folder, force=True) == 0
    file = tmp_path / "from-s3.tar.gz"
    assert backup.run(file, place.folder) == 0
    again, before = unpacked(file), unpacked(saved)
    texts = {name for name in before if name.startswith("objects/")}
    assert texts
    assert {name: again[name] for name in texts} == {name: before[name] for name in texts}


@pytest.fixture
def postgres_place(
    request: pytest.FixtureRequest, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """An installation on a server, asked for after the other's backup was made."""
    del saved
    folder = tmp_path / "server"
    folder.mkdir()
    url = request.getfixturevalue("postgres").fresh_database(request.getfixturevalue("postgres_template"))
    place = Place(folder, url, monkeypatch)
    place.use()
    return place
