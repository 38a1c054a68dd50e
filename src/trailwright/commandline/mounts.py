"""On what kind of file system a folder lies: SQLite's write-ahead log needs memory of one machine."""

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

SHARES = frozenset(
    {
        "9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs", "fuse.s3fs", "fuse.sshfs",
        "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.ceph", "glusterfs", "gpfs", "lustre", "ncpfs",
        "nfs", "nfs3", "nfs4", "ocfs2", "orangefs", "smb", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs",
        "vmhgfs", "fuse.vmhgfs-fuse", "webdav",
    }
)  # fmt: skip
"""File systems that live on another machine, or outside this virtual one."""

_MAC_LINE = re.compile(r" on (?P<point>/.*) \((?P<kind>\w+)")


def network_share(folder: Path) -> str | None:
    """The file system's name when `folder` (or what of it exists) lies on a share, else None."""
    kind = kind_of(folder.resolve(), _mounted())
    return kind if kind in SHARES else None


def kind_of(folder: Path, mounted: Iterable[tuple[str, str]]) -> str | None:
    """Of `(mount point, kind)` pairs the kind of the deepest that holds `folder`; of equals the last one."""
    found, depth = None, -1
    for point, kind in mounted:
        parts = Path(point).parts
        if folder.is_relative_to(point) and len(parts) >= depth:
            found, depth = kind, len(parts)
    return found


def linux_mounts(mountinfo: str) -> list[tuple[str, str]]:
    """`/proc/self/mountinfo`, see proc(5): field 5 is the point, the first after ` - ` the kind."""
    found = []
    for line in mountinfo.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if dash and len(fields) > 4:  # noqa: PLR2004 - the fifth field
            found.append((_unescaped(fields[4]), after.split(" ")[0]))
    return found


def mac_mounts(printed: str) -> list[tuple[str, str]]:
    """What `mount` prints: `//ada@host/share on /Volumes/share (smbfs, nodev)`."""
    return [(m["point"], m["kind"]) for line in printed.splitlines() if (m := _MAC_LINE.search(line))]


def _unescaped(point: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point)


def _mounted() -> list[tuple[str, str]]:
    if sys.platform == "darwin":
        printed = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False)
        return mac_mounts(printed.stdout)
    try:
        return linux_mounts(
            Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
        )
    except OSError:
        return []
