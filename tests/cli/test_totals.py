"""What the terminal counts is the whole task from the first piece on, not only what has begun."""

from tests.support.engine import a_framework
from trailwright.commandline.generate.story import Story
from trailwright.events.shapes import Event


def queued(total: int) -> Event:
    progress = {"current": 0, "total": total, "percentage": 0}
    step = "content_generation_queued"
    return {"type": "progress", "seq": 1, "step": step, "status": "processing", "progress": progress}


def begun(seq: int, concept_id: str, content_type: str) -> Event:
    return {"type": "concept_start", "seq": seq, "concept_id": concept_id, "content_type": content_type}


def test_pieces_that_have_not_begun_count() -> None:
    story = Story(framework=a_framework("r", 4))
    first = next(story.framework.concepts()).concept_id if story.framework else ""
    story.hear(queued(12), 0.0)
    story.hear(begun(2, first, "tutorial"), 1.0)
    assert story.total == 12
    assert sum(stage.total for stage in story.stages()) == 12


def test_a_retry_of_some_counts_only_its_own() -> None:
    story = Story(framework=a_framework("r", 4))
    first = next(story.framework.concepts()).concept_id if story.framework else ""
    story.hear(queued(1), 0.0)
    story.hear(begun(2, first, "quiz"), 1.0)
    assert story.total == 1
    assert sum(stage.total for stage in story.stages()) == 1


def test_a_hand_edit_changes_what_is_to_be_made() -> None:
    story = Story(framework=a_framework("r", 4))
    story.hear(queued(12), 0.0)
    story.hear({**queued(9), "seq": 2}, 1.0)
    assert story.total == 9
