"""What is said of learning over HTTP."""

from trailwright.kit.schemas import Absent, Answered, Sent


class Mark(Sent):
    """Finished or not."""

    is_completed: bool


class ConceptProgress(Answered):
    """Whether and when a concept was finished."""

    concept_id: str
    is_completed: bool
    completed_at: Absent[str]


class Learned(Answered):
    """What was finished of a roadmap."""

    concepts: list[ConceptProgress]
