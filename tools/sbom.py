"""The software bill of materials: what the release is made of, from the lock files, as CycloneDX 1.6.

`.venv/bin/python -m tools.sbom [FILE]`. The same lock files give the same bytes; licences of Python packages
are those that the installed ones state.
"""

import base64
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).parents[1]
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_ALGORITHMS = {"sha512": "SHA-512", "sha384": "SHA-384", "sha256": "SHA-256", "sha1": "SHA-1"}

Component = dict[str, Any]


def python_components(lock: str) -> Iterator[Component]:
    """One component for each pinned requirement, with the hashes of the files that may be installed."""
    for block in re.split(r"\n(?=\S)", lock.strip()):
        found = _PINNED.match(block)
        if found is None:
            continue
        name, version = found[1].lower().replace("_", "-"), found[2]
        purl = f"pkg:pypi/{quote(name)}@{quote(version)}"
        component = _component(name, version, purl, _licence(name))
        hashes = sorted(set(_HASH.findall(block)))
        files = [{"type": "distribution", "url": purl, "hashes": [_hash("SHA-256", one)]} for one in hashes]
        yield component | {"externalReferences": files}


def web_components(lock: dict[str, Any]) -> Iterator[Component]:
    """One for each package that goes into the built web app; what only builds it is left out."""
    for path, entry in sorted(lock["packages"].items()):
        if not path or entry.get("dev") or entry.get("optional") or "version" not in entry:
            continue
        name = path.rpartition("node_modules/")[2]
        scope, _, bare = name.rpartition("/")
        place = f"{quote(scope, safe='')}/{quote(bare)}" if scope else quote(bare)
        purl = f"pkg:npm/{place}@{quote(entry['version'])}"
        component = _component(name, entry["version"], purl, entry.get("license"))
        yield component | {"hashes": [_of_integrity(one) for one in entry.get("integrity", "").split()]}


def _component(name: str, version: str, purl: str, licence: str | None) -> Component:
    component: Component = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
    }
    return component | ({"licenses": [{"license": {"name": licence[:200]}}]} if licence else {})


def _licence(name: str) -> str | None:
    """What the installed package says; None for one that this machine has no need of."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    for field in ("License-Expression", "License"):
        if value := "\n".join(told.get_all(field) or []).strip().splitlines():
            return value[0]
    marks = told.get_all("Classifier") or []
    return next((mark.rpartition(" :: ")[2] for mark in marks if mark.startswith("License ::")), None)


def _hash(algorithm: str, digest: str) -> dict[str, str]:
    return {"alg": algorithm, "content": digest}


def _of_integrity(integrity: str) -> dict[str, str]:
    algorithm, _, digest = integrity.partition("-")
    return _hash(_ALGORITHMS[algorithm], base64.b64decode(digest).hex())


def bill(root: Path = ROOT) -> dict[str, Any]:
    """The whole document."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = [
        *python_components((root / "requirements.lock").read_text(encoding="utf-8")),
        *web_components(json.loads((root / "web" / "package-lock.json").read_text(encoding="utf-8"))),
    ]
    components = sorted({one["bom-ref"]: one for one in found}.values(), key=lambda one: str(one["bom-ref"]))
    itself = f"pkg:pypi/{project['name']}@{project['version']}"
    seen = json.dumps(components, sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{itself} {seen}')}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": itself,
                "name": project["name"],
                "version": project["version"],
                "purl": itself,
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": itself, "dependsOn": [one["bom-ref"] for one in components]}],
    }


def main() -> None:
    """Write it to the named file, or into `dist`."""
    document = bill()
    version = document["metadata"]["component"]["version"]
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist" / f"trailwright-{version}.cdx.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{target}: {len(document['components'])} components\n")


if __name__ == "__main__":
    main()
