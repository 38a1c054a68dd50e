"""The same roadmap under new ids, so that it can stand beside the original."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from trailwright.domain.lifecycle import SINGLE_RETRIES
from trailwright.kit import ids
from trailwright.roadmaps.archive import Archive, Rows

_SEPARATORS = re.compile(r"([/?&=]+)")


def renamed(archive: Archive) -> Archive:
    """New ids for roadmap, concepts, tasks, items and versions; all that names one follows."""
    names = _new_names(archive.rows)
    rows = {table: [_follow(row, names) for row in found] for table, found in archive.rows.items()}
    objects = {
        _in_path(key, names): orjson.dumps(_follow(orjson.loads(text), names)).decode()
        for key, text in archive.objects.items()
    }
    return Archive(rows, objects)


def _new_names(rows: Rows) -> dict[str, str]:
    """Old id → new id."""
    roadmap_id = rows["roadmaps"][0]["roadmap_id"]
    names = {roadmap_id: f"{roadmap_id.rpartition('-')[0] or 'roadmap'}-{ids.random_chars(8)}"}
    for concept_id in sorted(_concept_ids(rows)):
        names[concept_id] = ids.new_id("c")
    for item in rows["items"]:
        names[item["item_id"]] = ids.new_id("item")
    for version in rows["content_versions"]:
        names[version["version_id"]] = ids.new_id(version["version_id"].partition("-")[0] or "v")
    for task in rows["tasks"]:
        names[task["task_id"]] = _new_task_id(task, names)
    return names


def _concept_ids(rows: Rows) -> set[str]:
    found = {item["concept_id"] for item in rows["items"] if item.get("concept_id")}
    for row in rows["framework_versions"]:
        for stage in row["framework"]["stages"]:
            for module in stage["modules"]:
                found |= {concept["concept_id"] for concept in module["concepts"]}
    return found


def _new_task_id(task: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A single retry's id names its content type and concept."""
    if task["task_type"] in SINGLE_RETRIES:
        concept_id = task.get("concept_id") or ""
        return ids.retry_task_id(task.get("content_type") or "", names.get(concept_id, concept_id))
    return ids.task_id()


def _follow(value: Any, names: Mapping[str, str]) -> Any:
    """Strings that are an old id, or a path with one in it, as they stand alone; never a part of a text."""
    if isinstance(value, str):
        return names.get(value) or (_in_path(value, names) if _is_path(value) else value)
    if isinstance(value, dict):
        return {names.get(name, name): _follow(one, names) for name, one in value.items()}
    if isinstance(value, list):
        return [_follow(one, names) for one in value]
    return value


def _is_path(text: str) -> bool:
    return text.startswith(("/api/", "items/")) and " " not in text


def _in_path(path: str, names: Mapping[str, str]) -> str:
    return "".join(names.get(part, part) for part in _SEPARATORS.split(path))
