"""The data folder and the machine under it: shares, space, locks, clocks."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from trailwright.commandline import folder, watch
from trailwright.commandline.folder import FolderLock, HeldElsewhere, holder, prepare
from trailwright.commandline.mounts import kind_of, linux_mounts, mac_mounts, network_share
from trailwright.commandline.secret import with_secret
from trailwright.commandline.snapshots import KEPT, before_migration
from trailwright.commandline.trouble import Trouble
from trailwright.settings import Settings

MOUNTINFO = r"""
22 1 0:1 / / rw,relatime shared:1 - ext4 /dev/root rw
30 22 0:30 / /mnt/share rw,relatime shared:2 - nfs4 server:/export rw,vers=4.2
31 22 0:31 / /mnt/share/local rw - xfs /dev/sdb rw
32 22 0:32 / /media/with\040blank rw - cifs //server/share rw
33 22 0:33 / /srv/ada/far rw master:1 - fuse.sshfs ada@far:/ rw
34 22 0:34 / /mnt/c rw - 9p C:\134 rw
35 22 0:35 / /both rw - ext4 /dev/sdc rw
36 22 0:36 / /both rw - nfs server:/later rw
"""
MAC = """
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//ada@server/share on /Volumes/share (smbfs, nodev, nosuid, mounted by ada)
/dev/disk4 on /Volumes/A (b) disk (hfs, local)
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/ada/data", "ext4"),
        ("/mnt/share/data", "nfs4"),
        ("/mnt/sharedata", "ext4"),
        ("/mnt/share/local/data", "xfs"),
        ("/media/with blank/data", "cifs"),
        ("/srv/ada/far", "fuse.sshfs"),
        ("/mnt/c/Users/ada", "9p"),
        ("/both/data", "nfs"),
    ],
)
def test_a_folders_file_system_is_that_of_the_deepest_mount(path: str, kind: str) -> None:
    assert kind_of(Path(path), linux_mounts(MOUNTINFO)) == kind


def test_macs_tell_the_same_with_mount() -> None:
    assert kind_of(Path("/Volumes/share/data"), mac_mounts(MAC)) == "smbfs"
    assert kind_of(Path("/Applications/x"), mac_mounts(MAC)) == "apfs"


def test_this_machines_own_disk_is_no_share(tmp_path: Path) -> None:
    assert network_share(tmp_path) is None


@pytest.fixture
def on_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says of a folder on a server: no test can mount one."""
    monkeypatch.setattr(folder, "network_share", lambda _: "nfs4")


@pytest.mark.usefixtures("on_a_share")
def test_the_embedded_database_is_refused_on_a_network_share(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"network share \(nfs4\)") as told:
        prepare(Settings(data_dir=tmp_path))
    assert "--data" in str(told.value)
    assert prepare(Settings(data_dir=tmp_path, database_url="postgresql://db/x")) == []


def test_a_full_disk_is_told_and_nothing_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "LEAST_FREE", 1 << 62)
    with pytest.raises(Trouble, match="full"):
        prepare(Settings(data_dir=tmp_path))


def test_little_space_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "LITTLE_FREE", 1 << 62)
    [note] = prepare(Settings(data_dir=tmp_path))
    assert "free" in note


@pytest.mark.parametrize(
    ("number", "words"),
    [(28, "full"), (30, "cannot be written"), (13, "cannot be written"), (20, "no folder")],
)
def test_each_fault_of_the_disk_has_its_words(tmp_path: Path, number: int, words: str) -> None:
    assert words in folder.why(OSError(number, os.strerror(number)), tmp_path)


def test_a_lock_goes_with_its_process(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from trailwright.commandline.folder import FolderLock\n"
        f"lock = FolderLock.take(Path({str(tmp_path)!r})); lock.tell('http://here')\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    found = holder(tmp_path)
    assert found is not None
    assert (found.pid, found.address) == (process.pid, "http://here")
    with pytest.raises(HeldElsewhere):
        FolderLock.take(tmp_path)
    process.kill()
    process.communicate()
    assert holder(tmp_path) is None
    FolderLock.take(tmp_path).release()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1}'])
def test_a_lock_file_that_says_nothing_is_no_holder(tmp_path: Path, content: str) -> None:
    (tmp_path / "up.lock").write_text(content)
    assert holder(tmp_path) is None


def test_the_secret_is_made_once_and_a_damaged_one_is_told(tmp_path: Path) -> None:
    made = with_secret(Settings(data_dir=tmp_path)).secret_key
    again = with_secret(Settings(data_dir=tmp_path)).secret_key
    assert made is not None
    assert made == again
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    (tmp_path / "secret.key").write_text("short")
    with pytest.raises(Trouble, match="damaged"):
        with_secret(Settings(data_dir=tmp_path))


def test_copies_before_migrations_do_not_pile_up(tmp_path: Path, sqlite_template: Path) -> None:
    (tmp_path / "trailwright.db").write_bytes(sqlite_template.read_bytes())
    settings = Settings(data_dir=tmp_path)
    for number in range(KEPT + 2):
        before_migration(settings, f"{number:04}")
    assert len(list((tmp_path / "backups").iterdir())) == KEPT


def test_a_moved_clock_is_noticed_and_a_small_correction_is_not() -> None:
    clock = watch.Clock(wall=1000.0, steady=50.0)
    assert clock.jumped(1005.5, 55.0) == 0
    assert clock.jumped(1010.0 - 3600, 60.0) == pytest.approx(-3600.5)
    assert clock.jumped(1015.0 - 3600, 65.0) == 0
    assert clock.jumped(1020.0, 70.0) == pytest.approx(3600)
    assert "forward by 3600 s" in watch.words_of_jump(3600)
    assert "back by 60 s" in watch.words_of_jump(-60)


async def test_a_disk_that_fills_up_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOKS_EVERY_S", 0.001)
    monkeypatch.setattr(watch, "LEAST_FREE", 1 << 62)
    told: list[str] = []
    looks = 0

    def nearly_full(place: Path) -> bool:
        nonlocal looks
        looks += 1
        return original(place)

    original = watch.nearly_full
    monkeypatch.setattr(watch, "nearly_full", nearly_full)
    watching = asyncio.create_task(watch.watch(tmp_path, told.append))
    while looks < 3:  # noqa: ASYNC110 - it tells nobody that it looked
        await asyncio.sleep(0)
    watching.cancel()
    assert len(told) == 1
    assert "nearly full" in told[0]
