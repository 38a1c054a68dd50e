"""What goes along when a roadmap becomes another person's: the plan and its texts, nothing its owner said.

Rows in, rows out. What is not named here as going along stays behind.
"""

from collections.abc import Mapping
from typing import Any

from trailwright.domain.preferences import Preferences
from trailwright.domain.workflow import CONTENT_KINDS
from trailwright.errors import ConflictError
from trailwright.events.shapes import EventType
from trailwright.roadmaps.archive import Rows

_PLAN = ("available_hours_per_week", "current_level", "content_preference", "primary_language")
"""What the plan was made by and shows by itself; goal, motivation, background and deadline are private."""

_FREE = ("cost_usd", "input_tokens", "output_tokens", "duration_ms")
_SAID = ("cancel_reason", "questions", "review_version", "error_message", "max_cost_usd")
_DATA = frozenset(
    {
        *("roadmap_id", "version", "title", "content_ref", "tutorial_id", "resources_id", "quiz_id"),
        *("attempt", "items", "added", "dropped", "completed", "failed", "total", "total_concepts"),
        *("recovery_type", "edit_source", "changed_node_ids", "valid", "not_before"),
    }
)
_EVENT = ("roadmap_id", "step", "status", "concept_id", "concept_name", "content_type", "progress", "error")
_ITEM_EVENTS = frozenset(kind.value for kind in EventType if kind.value.startswith("concept"))
_CONTENT = frozenset(kind.value for kind in CONTENT_KINDS)


def stripped(rows: Rows) -> Rows:
    """The rows of one roadmap with its creation task, as anybody may have them.

    Raises `ConflictError` before the plan was approved: there would be nothing to go on from.
    """
    items = [_item(row) for row in rows["items"] if row["kind"] in _CONTENT]
    if not items:
        raise ConflictError("This plan is not approved yet. Ask again later.", code="not_approved")
    shown = {row["item_id"]: row["current_version"] for row in items}
    roadmap = _roadmap(rows["roadmaps"][0])
    return {
        **rows,
        "roadmaps": [roadmap],
        "framework_versions": [_newest(rows, roadmap["version"])],
        "tasks": [_task(row) for row in rows["tasks"]],
        "items": items,
        "task_items": [row for row in rows["task_items"] if row["item_id"] in shown],
        "events": [_event(row) for row in rows["events"]],
        "content_versions": [
            row | dict.fromkeys(_FREE, 0)
            for row in rows["content_versions"]
            if shown.get(row["item_id"]) == row["version"]
        ],
    }


def _roadmap(row: Mapping[str, Any]) -> dict[str, Any]:
    title, intent = row["title"], row["intent"] or {}
    plan = {name: row["preferences"][name] for name in _PLAN if name in row["preferences"]}
    understood = {
        "title": title,
        "subject": title,
        "summary": title,
        "required_skills": intent.get("required_skills", []),
        "known_skills": [],
        "recommended_weeks": intent.get("recommended_weeks", 1),
        "questions": [],
    }
    return {
        **row,
        "preferences": Preferences(learning_goal=title, **plan).model_dump(mode="json"),
        "additional_context": "",
        "intent": understood,
    }


def _newest(rows: Rows, version: int) -> dict[str, Any]:
    found = next(row for row in rows["framework_versions"] if row["version"] == version)
    return found | {"summary": "copied", "author": "agent", "changed_node_ids": []}


def _task(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, **dict.fromkeys(_SAID)}


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    """A piece of content; of one that was taken out of the plan only that it was there."""
    taken_out = {"current_version": 0, "status": "pending"} if row["dropped_at"] is not None else {}
    return {**row, "payload": None, "result": None, "error_message": None, "error_code": None, **taken_out}


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    body = row["body"]
    told = {name: body[name] for name in _EVENT if body.get(name) is not None}
    if body.get("data"):
        told["data"] = {name: value for name, value in body["data"].items() if name in _DATA}
    message = body["message"] if row["type"] in _ITEM_EVENTS else "Before it was copied."
    return {**row, "body": {"type": row["type"], **told, "message": message}}
