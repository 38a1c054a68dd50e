"""What checks and steps say to a person: each sentence once, in English, under a code. Pure.

A program shows them in its own languages by code and params; the web app's messages are compared with these
by a test in `tests/package`. Sentences that a model wrote have no code.
"""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from trailwright.domain.language_names import name_of

SENTENCES: Mapping[str, str] = {
    # Rules of a roadmap.
    "repeated_id": 'the id "{id}" is used more than once',
    "unknown_prerequisite": 'the prerequisite "{id}" is no concept of it',
    "circle": "concepts need each other in a circle: {concepts}",
    "comes_after": "its prerequisite {prerequisite} comes after it; it must come before",
    "no_stage": "it has no stage",
    "stage_without_module": "the stage has no module",
    "stage_without_name": "the stage has no name",
    "module_without_concept": "the module has no concept",
    "module_without_name": "the module has no name",
    "concept_without_name": "the concept has no name",
    "without_name": "it has no name",
    "hours_outside": "{hours} hours are estimated; {low} to {high} are allowed",
    "too_many_concepts": "it has {count} concepts; at most {most} are allowed",
    "left_out_without_reason": '"{name}" was left out without a reason',
    "over_budget": "the required concepts take {hours} hours; {pace} hours a week for {weeks} weeks allow "
    "{allowed}: leave some out or shorten them",
    "full_week": "over the recommended {weeks} weeks a week holds {hours} hours; the learner has {pace}: "
    "recommend more weeks",
    "count_of_stages": "it has {count} stages; {low} to {high} are asked for",
    "count_of_modules": "it has {count} modules; {low} to {high} are asked for",
    "count_of_concepts": "it has {count} concepts; {low} to {high} are asked for",
    "too_few_stages": "it has {count} stages; at least {low} are asked for",
    "too_few_modules": "it has {count} modules; at least {low} are asked for",
    "too_few_concepts": "it has {count} concepts; at least {low} are asked for",
    "count_exactly_stages": "it has {count} stages; {low} are asked for",
    "count_exactly_modules": "it has {count} modules; {low} are asked for",
    "count_exactly_concepts": "it has {count} concepts; {low} are asked for",
    "nearly_the_same": "its name says nearly the same as {other}; rename one, or merge them",
    "few_linked": "only {linked} of the {count} concepts after the first have a prerequisite",
    "short_chain": "the longest chain has {chain} concepts, fewer than the {stages} stages",
    "implied": "its prerequisite {prerequisite} is implied by another one",
    "skill_not_taught": 'no concept teaches the required skill "{skill}"; add one',
    "count_of_objectives": "it has {count} objectives; {low} to {high} are asked for",
    "not_observable": '"{objective}" begins with nothing one can see a learner do',
    "known_already": 'the learner knows "{skill}" already; leave it out, or mark it as review',
    "not_in_language": "it is not written in {language}; write it in {language}",
    "in_another_language": "it is not written in {language}; it looks like {found}; write it in {language}",
    "language_not_judged": "{language} is not known well enough to tell",
    # Notes on a lesson.
    "reads_harder": "it reads at school year {grade}, harder than suits the level {level} ({low} to {high})",
    "reads_simpler": "it reads at school year {grade}, simpler than suits the level {level} "
    "({low} to {high})",
    "no_example": "it has no heading for a worked example",
    "no_mistakes": "it has no heading for common mistakes",
    "no_summary": "it has no heading for a summary",
    "few_questions": "it asks the reader {asked} questions; about {needed} would suit its length",
    "unknown_packages": "these packages are not in the list of known ones: {packages}",
    # What steps did.
    "understood": "Understood: {subject}",
    "outline_drawn": "{stages} stages, {modules} modules.",
    "module_filled": "{concepts} concepts.",
    "plan_assembled": "{concepts} concepts, {hours} hours.",
    "structure_holds": "The structure holds.",
    "to_correct": "{count} things to correct.",
    "places_changed": "{count} places changed.",
    "place_changed": "1 place changed.",
    "nothing_changed": "Nothing could be changed.",
    "ready": "Ready: {title}",
    "tried_again": "Another try in {seconds} s.",
    # What a test of a part found.
    "model_answered": "{model} answered in {ms} ms",
    "no_search": "No search is set: lessons come with searches worth making, not with links.",
    "pages_found": "{provider} found {count} pages.",
    "covers_drawn": "Covers are drawn here, without a provider.",
    "picture_given": "{provider} gave a picture of {bytes} bytes.",
}
"""Code → English. A name in braces is a param."""

LANGUAGE_PARAMS = frozenset({"language", "found"})
"""Params that are language tags, each reader's own language names them."""

Param = str | int | float


class Said(BaseModel):
    """One sentence, ready for any language."""

    model_config = ConfigDict(frozen=True)

    code: str
    params: dict[str, Param] = {}

    @property
    def english(self) -> str:
        """As the server, the command line and models read it."""
        return SENTENCES[self.code].format(
            **{name: _shown(name, value) for name, value in self.params.items()}
        )


def say(code: str, **params: Param) -> Said:
    """The sentence of `code`; raises `KeyError` when it has no such sentence, or a param is missing."""
    said = Said(code=code, params=params)
    said.english  # noqa: B018 - a wrong code or a forgotten param shows where it is written
    return said


def _shown(name: str, value: Param) -> str:
    if name in LANGUAGE_PARAMS:
        return name_of(str(value))
    return f"{value:g}" if isinstance(value, float) else str(value)
