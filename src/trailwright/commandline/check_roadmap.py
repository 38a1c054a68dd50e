"""The quality rules over a roadmap of this installation and everything that was written for it."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from markdown_it import MarkdownIt

from trailwright.commandline.contents import contents_of
from trailwright.commandline.database import opened
from trailwright.commandline.folder import database_file, is_sqlite
from trailwright.commandline.trouble import Trouble
from trailwright.domain.content import Quiz
from trailwright.domain.framework import Framework
from trailwright.domain.preferences import Preferences, Size
from trailwright.exporting.contents import Contents
from trailwright.quality.judged import Judged
from trailwright.quality.positions import key_positions
from trailwright.quality.quiz import check_q10, judge_quiz
from trailwright.quality.report import report
from trailwright.quality.roadmap import judge_roadmap
from trailwright.quality.tutorial import judge_tutorial
from trailwright.roadmaps.archive import Rows, dump
from trailwright.settings import Settings

NOT_JUDGED_HERE = ("T8", "T9", "T10", "T12", "Q9")


async def judge_roadmap_here(settings: Settings, roadmap_id: str) -> tuple[dict[str, Any], Mapping[str, str]]:
    """The report, and its links: URL → where it stands. Raises `Trouble`."""
    if is_sqlite(settings) and not database_file(settings).is_file():
        raise Trouble(f"there is no file {roadmap_id}, and no roadmap in {settings.data_dir} yet.", 2)
    async with opened(settings) as db, db.reading() as reader:
        rows = await dump(reader, roadmap_id)
    if rows is None or not rows["framework_versions"]:
        raise Trouble(f"there is no file {roadmap_id}, and no roadmap of that name here.", 2)
    contents = await contents_of(settings, roadmap_id)
    row = rows["roadmaps"][0]
    framework = newest_framework(rows)
    preferences = Preferences.model_validate(row["preferences"])
    judged = judge_roadmap(
        framework,
        preferences=preferences,
        size=row["size"],
        today=dt.datetime.fromtimestamp(row["created_at"] / 1000, tz=dt.UTC).date(),
        required_skills=(row["intent"] or {}).get("required_skills", ()),
    )
    judged += _judge_contents(framework, preferences, row["size"], contents)
    return report(judged, NOT_JUDGED_HERE), _links(framework, contents)


def newest_framework(rows: Rows) -> Framework:
    """The tree as it is now."""
    newest = max(rows["framework_versions"], key=lambda version: version["version"])
    return Framework.model_validate(newest["framework"])


def _judge_contents(
    framework: Framework, preferences: Preferences, size: Size, contents: Contents
) -> Iterator[Judged]:
    language = preferences.primary_language
    stems: list[str] = []
    for concept in framework.concepts():
        tutorial = contents.tutorials.get(concept.concept_id)
        if tutorial:
            text = tutorial["markdown"]
            level = preferences.current_level
            yield from _at(concept.name, judge_tutorial(text, size=size, language=language, level=level))
        if concept.concept_id not in contents.quizzes:
            continue
        quiz = Quiz.model_validate(contents.quizzes[concept.concept_id])
        near = {concept.concept_id, *concept.prerequisites}
        yield from _at(
            concept.name,
            judge_quiz(quiz, size=size, earlier_stems=stems, language=language, revisit_ids=near),
        )
        if tutorial:
            terms = check_q10(quiz.questions, tutorial=tutorial["markdown"])
            yield from _at(concept.name, [Judged("Q10", "score", terms)])
        stems += [question.question for question in quiz.questions]
    quizzes = [Quiz.model_validate(quiz) for quiz in contents.quizzes.values()]
    yield Judged("Q5", "gate", key_positions(quizzes))


def _at(name: str, judged: Iterable[Judged]) -> Iterator[Judged]:
    """The same, told with the concept's name."""
    for one in judged:
        found = [
            f.model_copy(update={"where": f"{name}: {f.where}" if f.where else name}) for f in one.findings
        ]
        yield Judged(one.check, one.level, found, one.note)


def _links(framework: Framework, contents: Contents) -> dict[str, str]:
    found: dict[str, str] = {}
    for concept in framework.concepts():
        tutorial = contents.tutorials.get(concept.concept_id, {}).get("markdown", "")
        resources = contents.resources.get(concept.concept_id, {}).get("resources", [])
        for url in [*links_in(tutorial), *(one["url"] for one in resources)]:
            found.setdefault(url, concept.name)
    return found


def links_in(markdown: str) -> list[str]:
    """Addresses that the text links to, each once, in order."""
    tokens = MarkdownIt("commonmark").parse(markdown)
    inline = [child for token in tokens for child in token.children or []]
    found = (str(child.attrs["href"]) for child in inline if child.type == "link_open")
    return [url for url in dict.fromkeys(found) if url.startswith(("http://", "https://"))]
