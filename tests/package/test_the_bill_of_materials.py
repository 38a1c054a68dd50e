"""What is shipped stands in the bill, each once, with the digests of its files."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.support.source import ROOT
from tools.sbom import bill


def test_everything_that_is_locked_stands_in_the_bill_once() -> None:
    components = bill()["components"]
    refs = [one["bom-ref"] for one in components]
    assert len(set(refs)) == len(refs)
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)}
    assert {one["name"] for one in components if one["purl"].startswith("pkg:pypi/")} == pinned
    web = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    shipped = {
        f"{path.rpartition('node_modules/')[2]}@{entry['version']}"
        for path, entry in web.items()
        if path and not entry.get("dev") and not entry.get("optional")
    }
    named = {f"{one['name']}@{one['version']}" for one in components if one["purl"].startswith("pkg:npm/")}
    assert named == shipped


def test_every_part_has_a_digest_and_what_it_is() -> None:
    document = bill()
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    for one in document["components"]:
        assert re.fullmatch(r"pkg:(pypi|npm)/[^@]+@\S+", one["purl"])
        digests = [
            *one.get("hashes", []),
            *(h for r in one.get("externalReferences", []) for h in r["hashes"]),
        ]
        assert digests, one["name"]
        lengths = {"SHA-256": 64, "SHA-512": 128, "SHA-1": 40, "SHA-384": 96}
        assert all(re.fullmatch(r"[0-9a-f]+", h["content"]) for h in digests)
        assert all(len(h["content"]) == lengths[h["alg"]] for h in digests)


def test_the_same_lock_files_give_the_same_bill(tmp_path: Path) -> None:
    told = []
    for name in ("a", "b"):
        file = tmp_path / name / "bill.json"
        command = [sys.executable, "-m", "tools.sbom", str(file)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        told.append(file.read_bytes())
    assert told[0] == told[1]
