"""Export and import: a roadmap comes back as it was, and a file from a stranger changes nothing."""

import asyncio
import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from tests.support.engine import a_task, claim, events_of, finish, item_rows, task_row
from trailwright import migrations
from trailwright.commandline import transfer
from trailwright.commandline.trouble import Trouble
from trailwright.contents.commands import NewVersion
from trailwright.domain.content import Quiz, Receipt, Resources, Tutorial
from trailwright.events.fold import fold
from trailwright.kit.db import Database
from trailwright.kit.storage import Storage
from trailwright.tasks.leases import Claimed
from trailwright.tasks.outcomes import Delivered, Spent

SPENT = Spent(model="test", input_tokens=1, output_tokens=2, cost_usd=0.0, calls=1, duration_ms=3)
Document = dict[str, Any]


class Place:
    """An installation: a data folder and a database of either kind."""

    def __init__(self, folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.url = url
        self._monkeypatch = monkeypatch

    def use(self) -> None:
        """Commands in this process are about it from now on."""
        self._monkeypatch.setenv("TRAILWRIGHT_DATABASE_URL", self.url)
        self._monkeypatch.setenv("TRAILWRIGHT_DATA_DIR", str(self.folder))

    def export(self, roadmap_id: str, name: str = "out.json") -> Document:
        self.use()
        out = self.folder / name
        assert transfer.run_export(roadmap_id, "json", out, None) == 0
        document: Document = orjson.loads(out.read_bytes())
        return document

    def take_in(self, document: object, *, copy_: bool = False) -> None:
        self.use()
        file = self.folder / "in.json"
        file.write_bytes(orjson.dumps(document))
        assert transfer.run_import(file, None, copy=copy_) == 0

    def counts(self) -> dict[str, int]:
        """Rows by table."""

        async def count() -> dict[str, int]:
            db = Database(self.url)
            try:
                async with db.reading() as reader:
                    return {
                        table.name: await reader.value(select(func.count()).select_from(table))
                        for table in migrations.metadata.sorted_tables
                    }
            finally:
                await db.close()

        return asyncio.run(count())


async def deliver(db: Database, storage: Storage, claimed: Claimed) -> None:
    """Hand in a text that is really stored."""
    ids = {"concept_id": claimed.concept_id}
    version_id = f"{claimed.kind.value}-{claimed.item_id}-{claimed.token}"
    stored = {
        "tutorial": Tutorial(**ids, tutorial_id=version_id, title="T", summary="S", markdown="# T\n"),
        "resources": Resources(**ids, resources_id=version_id),
        "quiz": Quiz(**ids, quiz_id=version_id, questions=[], total_questions=0),
    }[claimed.kind.value]
    key = f"items/{claimed.item_id}/{claimed.token}.json"
    await storage.put(key, stored.model_dump_json().encode())
    version = NewVersion(
        version_id=version_id,
        object_key=key,
        title="T",
        summary="S",
        meta={},
        receipt=Receipt(checked_at="2026-01-01T00:00:00Z", checks=[]),
        model="test",
        prompt_digest="0" * 12,
    )
    await finish(db, claimed, Delivered(version, SPENT))


def filled(place: Place, *, pieces: int | None = None) -> str:
    """A roadmap of two concepts with so many pieces written (None: all); its id."""

    async def fill() -> str:
        db = Database(place.url)
        storage = Storage.from_url(f"file://{place.folder / 'objects'}")
        try:
            task_id, roadmap_id = await a_task(db, 2)
            left = 6 if pieces is None else pieces
            while left and (claimed := await claim(db, task_id)):
                await deliver(db, storage, claimed[0])
                left -= 1
            await claim(db, task_id)
            return roadmap_id
        finally:
            storage.close()
            await db.close()

    return asyncio.run(fill())


def in_database(place: Place, look: Callable[[Database], Any]) -> Any:
    """What a coroutine over the database gives."""

    async def run() -> Any:
        db = Database(place.url)
        try:
            return await look(db)
        finally:
            await db.close()

    return asyncio.run(run())


@pytest.fixture
def here(tmp_path: Path, migrated_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Place:
    folder = tmp_path / "here"
    folder.mkdir()
    return Place(folder, migrated_database_url, monkeypatch)


@pytest.fixture
def there(
    request: pytest.FixtureRequest, tmp_path: Path, here: Place, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """Another installation of the other kind of database."""
    folder = tmp_path / "there"
    folder.mkdir()
    if here.url.startswith("sqlite"):
        url = request.getfixturevalue("postgres").fresh_database(request.getfixturevalue("postgres_template"))
    else:
        template: Path = request.getfixturevalue("sqlite_template")
        (folder / "t.db").write_bytes(template.read_bytes())
        url = f"sqlite:///{folder / 't.db'}"
    return Place(folder, url, monkeypatch)


def test_a_roadmap_comes_back_with_the_same_ids_on_the_other_database(here: Place, there: Place) -> None:
    roadmap_id = filled(here)
    document = here.export(roadmap_id)
    there.take_in(document)
    assert there.export(roadmap_id) == document


def test_ids_that_exist_are_refused_and_nothing_changes(here: Place) -> None:
    document = here.export(filled(here))
    before = here.counts()
    with pytest.raises(Trouble, match="--copy"):
        here.take_in(document)
    assert here.counts() == before


def test_a_copy_stands_beside_the_original_under_new_ids(here: Place) -> None:
    roadmap_id = filled(here)
    document = here.export(roadmap_id)
    before = here.counts()
    here.take_in(document, copy_=True)
    after = here.counts()
    before["items"] -= 1  # a cover is made anew where the copy arrives
    after["items"] -= 1
    assert {name: after[name] for name in before if name != "users"} == {
        name: 2 * count for name, count in before.items() if name != "users"
    }
    assert here.export(roadmap_id) == document
    copied = next(i for i in roadmap_ids(here) if i != roadmap_id)
    text = json.dumps(here.export(copied))
    for old in ids_of(document):
        assert old not in text


def roadmap_ids(place: Place) -> list[str]:
    async def look(db: Database) -> list[str]:
        table = migrations.metadata.tables["roadmaps"]
        async with db.reading() as reader:
            return [row["roadmap_id"] for row in await reader.rows(select(table.c.roadmap_id))]

    found: list[str] = in_database(place, look)
    return found


def ids_of(document: Document) -> set[str]:
    rows = document["rows"]
    return {
        rows["roadmaps"][0]["roadmap_id"],
        *(row["task_id"] for row in rows["tasks"]),
        *(row["item_id"] for row in rows["items"]),
        *(row["version_id"] for row in rows["content_versions"]),
        *(row["concept_id"] for row in rows["items"] if row["concept_id"]),
    }


def test_what_was_under_way_comes_in_stopped_and_its_log_still_tells_the_rows(
    here: Place, there: Place
) -> None:
    document = here.export(filled(here, pieces=3))
    assert "generating" in {row["status"] for row in document["rows"]["items"]}
    there.take_in(document)
    task_id = document["rows"]["tasks"][0]["task_id"]
    roadmap_id = document["rows"]["roadmaps"][0]["roadmap_id"]

    async def look(db: Database) -> tuple[Any, Any, Any]:
        return await task_row(db, task_id), await events_of(db, task_id), await item_rows(db, roadmap_id)

    task, events, pieces = in_database(there, look)
    assert (task["status"], task["cancel_reason"]) == ("cancelled", "imported")
    assert {piece["status"] for piece in pieces} == {"completed", "pending"}
    assert all(piece["task_id"] is None and piece["lease_until"] is None for piece in pieces)
    folded = fold(events)
    assert folded.status == "cancelled"
    assert folded.items == {(p["concept_id"], p["kind"]): p["status"] for p in pieces}


def test_a_roadmap_that_is_not_here_cannot_be_exported(here: Place) -> None:
    here.use()
    for name in ("nope-12345678", "", "../x", "a\x00b"):
        with pytest.raises(Trouble, match="no roadmap"):
            transfer.run_export(name, "json", here.folder / "x.json", None)
    assert not (here.folder / "x.json").exists()


def test_markdown_is_a_folder_a_file_or_an_archive(here: Place) -> None:
    roadmap_id = filled(here)
    for name in ("folder", "one.md", "all.zip"):
        assert transfer.run_export(roadmap_id, "markdown", use(here) / name, None) == 0
    assert (here.folder / "folder" / "01-concept-0" / "tutorial.md").read_text() == "# T\n"
    assert (here.folder / "one.md").read_text().count("# T\n") == 2
    assert (here.folder / "all.zip").stat().st_size > 0


def use(place: Place) -> Path:
    place.use()
    return place.folder


@pytest.fixture
def sqlite_place(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """One on SQLite: what a file holds does not depend on the database."""
    folder = tmp_path / "sqlite"
    folder.mkdir()
    (folder / "trailwright.db").write_bytes(sqlite_template.read_bytes())
    return Place(folder, f"sqlite:///{folder / 'trailwright.db'}", monkeypatch)


def first(document: Document, table: str) -> Document:
    row: Document = document["rows"][table][0]
    return row


def an_item(document: Document, kind: str) -> Document:
    row: Document = next(row for row in document["rows"]["items"] if row["kind"] == kind)
    return row


def text_of(document: Document) -> str:
    key: str = first(document, "content_versions")["object_key"]
    return key


HOSTILE: dict[str, Callable[[Document], object]] = {
    "another format": lambda d: d.update(format="x"),
    "a later format": lambda d: d.update(version=2),
    "no rows": lambda d: d.pop("rows"),
    "rows as a list": lambda d: d.update(rows=[]),
    "an unknown table": lambda d: d["rows"].update(users=[{"user_id": "local", "role": "admin"}]),
    "an unknown column": lambda d: first(d, "tasks").update(password="x"),
    "a missing column": lambda d: first(d, "tasks").pop("status"),
    "a null that must not be": lambda d: first(d, "tasks").update(title=None),
    "a row that is no object": lambda d: d["rows"]["tasks"].append(7),
    "a number as text": lambda d: first(d, "tasks").update(done="1"),
    "a number too large": lambda d: first(d, "tasks").update(done=2**63),
    "true as a number": lambda d: first(d, "tasks").update(done=True),
    "text too long": lambda d: first(d, "tasks").update(task_type="x" * 33),
    "NUL in text": lambda d: first(d, "roadmaps").update(title="a\x00b"),
    "NUL in JSON": lambda d: first(d, "events")["body"].update(message="a\x00b"),
    "two roadmaps": lambda d: d["rows"]["roadmaps"].append(copy.deepcopy(first(d, "roadmaps"))),
    "no roadmap": lambda d: d["rows"].update(roadmaps=[]),
    "another's roadmap": lambda d: first(d, "items").update(roadmap_id="another-12345678"),
    "a task that is not there": lambda d: first(d, "events").update(task_id="t"),
    "a task twice": lambda d: d["rows"]["tasks"].append(copy.deepcopy(first(d, "tasks"))),
    "an unknown status": lambda d: first(d, "tasks").update(status="done"),
    "an unknown kind": lambda d: first(d, "items").update(kind="virus"),
    "an ended task that owns": lambda d: first(d, "items").update(task_id=first(d, "tasks")["task_id"]),
    "made by nobody": lambda d: an_item(d, "quiz").update(status="generating"),
    "a malformed concept": lambda d: an_item(d, "quiz").update(concept_id="../../x"),
    "preferences of no shape": lambda d: first(d, "roadmaps").update(preferences={}),
    "an unknown size": lambda d: first(d, "roadmaps").update(size="huge"),
    "a framework of no shape": lambda d: first(d, "framework_versions").update(framework={"stages": 7}),
    "a framework without a stage": lambda d: first(d, "framework_versions")["framework"].update(stages=[]),
    "a framework of another": lambda d: first(d, "framework_versions")["framework"].update(roadmap_id="x"),
    "a circle": lambda d: concept(d).update(prerequisites=[concept(d)["concept_id"]]),
    "a version too many": lambda d: first(d, "roadmaps").update(version=2),
    "an event too few": lambda d: d["rows"]["events"].pop(),
    "an unknown event": lambda d: first(d, "events").update(type="boo"),
    "a text elsewhere": lambda d: first(d, "content_versions").update(object_key="../../etc/passwd"),
    "a text of another item": lambda d: first(d, "content_versions").update(
        object_key="items/another/1.json"
    ),
    "a text that is missing": lambda d: d["objects"].pop(text_of(d)),
    "a text too many": lambda d: d["objects"].update({"items/another/1.json": "{}"}),
    "a text of no shape": lambda d: d["objects"].update({text_of(d): "{}"}),
    "a text that is no text": lambda d: d["objects"].update({text_of(d): 7}),
    "a version missing": lambda d: an_item(d, "quiz").update(current_version=2),
    "a receipt of no shape": lambda d: first(d, "content_versions").update(receipt={"checks": 7}),
}


def concept(document: Document) -> Document:
    tree = first(document, "framework_versions")["framework"]
    found: Document = tree["stages"][0]["modules"][0]["concepts"][0]
    return found


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Document]:
    """A good file."""
    folder = tmp_path_factory.mktemp("exported")
    (folder / "trailwright.db").write_bytes(sqlite_template.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        place = Place(folder, f"sqlite:///{folder / 'trailwright.db'}", patch)
        yield place.export(filled(place))


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_from_a_stranger_is_refused_in_words_and_leaves_no_row(
    sqlite_place: Place, exported: Document, what: str
) -> None:
    document = copy.deepcopy(exported)
    HOSTILE[what](document)
    before = sqlite_place.counts()
    with pytest.raises(Trouble) as refused:
        sqlite_place.take_in(document)
    assert "cannot be taken in" in str(refused.value)
    assert len(str(refused.value)) < 500
    assert sqlite_place.counts() == before
    assert not (sqlite_place.folder / "objects").exists()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"7", b"null", b'"x"', b"\xff\xfe", b"[" * 5000 + b"]" * 5000, b'{"a":NaN}']
)
def test_what_is_no_json_is_refused(sqlite_place: Place, content: bytes) -> None:
    file = use(sqlite_place) / "in.json"
    file.write_bytes(content)
    with pytest.raises(Trouble):
        transfer.run_import(file, None, copy=False)


def test_a_good_file_is_taken_in_after_all(sqlite_place: Place, exported: Document) -> None:
    sqlite_place.take_in(exported)
    assert sqlite_place.counts()["roadmaps"] == 1
