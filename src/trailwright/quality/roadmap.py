"""Checks of a framework, R1 to R11, as far as a program can tell. Pure.

R1-R3 are in `domain.framework_rules`, since a hand edit is refused by them too; R9 is in `objectives`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from rapidfuzz import fuzz

from trailwright.domain.content import CheckResult
from trailwright.domain.findings import Finding
from trailwright.domain.framework import MAX_CONCEPTS, MAX_HOURS, MIN_HOURS, Concept, Framework
from trailwright.domain.framework_dedupe import near_duplicates
from trailwright.domain.framework_fit import (
    MAX_LOAD,
    MAX_WEEK_LOAD,
    heaviest_week,
    over_budget,
    required_hours,
)
from trailwright.domain.framework_order import implied, longest_chain
from trailwright.domain.framework_rules import (
    check_r1,
    check_r2,
    check_r3,
    concept_labels,
    hours_outside,
    label,
    numbered_concepts,
)
from trailwright.domain.preferences import Preferences, Size, weeks_until
from trailwright.domain.sentences import Said, say
from trailwright.quality.judged import Judged, findings, gate, quote, results, score
from trailwright.quality.language import MIN_LETTERS, can_judge, not_judged, wrong_language
from trailwright.quality.objectives import check_r9
from trailwright.quality.words import count_letters, fold, tokens

__all__ = ["check_r1", "check_r2", "check_r3", "judge_roadmap", "roadmap_checks", "roadmap_findings"]

Bounds = tuple[int, int]

SIZES: Mapping[Size, tuple[Bounds, Bounds, Bounds, Bounds]] = {
    "mini": ((1, 1), (1, 2), (1, 3), (1, 4)),
    "short": ((2, 3), (1, 3), (1, 5), (6, 14)),
    "full": ((3, 6), (1, 6), (1, 7), (15, 80)),
}
"""Stages; modules a stage; concepts a module; concepts in all (R5)."""
_SOME: Bounds = (1, 1_000_000)

MIN_LINKED = 0.6
"""So many of the concepts after the first should have a prerequisite (R7)."""

_MODULES_JUDGED = 100
_NAME_CHARS = 300
_TOLD_CHARS = 8_000
_SKILL_RATIO = 70
_SKILL_SHARE = 0.5
_KNOWN_RATIO = 90
_SHORT_WORD = 3
_EASE = 1e-9
_MASTERED = re.compile(
    r"expert|advanced|proficient|fluent|master|senior|professional|experienced|very (?:good|well)"
    "|精通|熟练|熟練|专家|專家|高级|高級|avanzad|avançad|avancé|fortgeschritten|上級"
)
_REVIEW = re.compile(
    r"review|refresh|recap|revis|brush up|复习|複習|回顾|回顧|温习|repaso|repas|wiederhol|auffrisch|ripass"
    "|復習|おさらい|복습|повтор"
)
_FILLER = frozenset(
    """
    a an the to of with in for and introduction intro basics basic fundamentals foundations getting started
    overview essentials 入门 基础 简介 概述
    """.split()  # noqa: SIM905 - easier to read than quoted words
)


def roadmap_checks(
    framework: Framework,
    *,
    preferences: Preferences | None,
    size: Size | None,
    today: date | None,
    required_skills: Sequence[str] = (),
    known_skills: Sequence[str] = (),
) -> list[CheckResult]:
    """One line a check, R1 to R11, without those that need what is not given; never raises."""
    return results(
        judge_roadmap(
            framework,
            preferences=preferences,
            size=size,
            today=today,
            required_skills=required_skills,
            known_skills=known_skills,
        )
    )


def roadmap_findings(
    framework: Framework,
    *,
    preferences: Preferences | None,
    size: Size | None,
    today: date | None,
    required_skills: Sequence[str] = (),
    known_skills: Sequence[str] = (),
) -> list[Finding]:
    """All findings of the same checks, each with its place; what a hand edit shows as warnings."""
    return findings(
        judge_roadmap(
            framework,
            preferences=preferences,
            size=size,
            today=today,
            required_skills=required_skills,
            known_skills=known_skills,
        )
    )


def judge_roadmap(
    framework: Framework,
    *,
    preferences: Preferences | None,
    size: Size | None,
    today: date | None,
    required_skills: Sequence[str] = (),
    known_skills: Sequence[str] = (),
) -> list[Judged]:
    """The checks that what is given allows.

    R4's budget, R10 and R11 need `preferences`, R5's numbers `size`, R8 `required_skills`; R6-R8 are left out
    over 200 concepts.
    """
    judged = [
        Judged("R1", "gate", check_r1(framework)),
        Judged("R2", "gate", check_r2(framework)),
        Judged("R3", "gate", check_r3(framework)),
        Judged("R4", "gate", check_r4(framework, preferences=preferences, today=today)),
        Judged("R5", "gate", check_r5(framework, size=size)),
    ]
    if sum(1 for _ in framework.concepts()) <= MAX_CONCEPTS:
        judged.append(Judged("R6", "gate", check_r6(framework)))
        judged.append(Judged("R7", "score", check_r7(framework)))
        if required_skills:
            judged.append(Judged("R8", "gate", check_r8(framework, required_skills=required_skills)))
    language = preferences.primary_language if preferences else None
    judged.append(Judged("R9", "score", check_r9(framework, language=language)))
    if preferences is not None:
        judged.append(
            Judged("R10", "gate", check_r10(framework, preferences=preferences, known_skills=known_skills))
        )
        judged.append(_judged_r11(framework, preferences.primary_language))
    return judged


def check_r4(framework: Framework, *, preferences: Preferences | None, today: date | None) -> list[Finding]:
    """R4 (gate): the hours fit. Source: rubric, R4. Hours of study; weeks may be fractions.

    A concept takes 0.25-8 h. The required ones take at most 110 % of hours a week times weeks to the
    deadline (without one: the recommended weeks), and spread over the recommended weeks no week holds more
    than 120 %. What was left out has its reason. Without `preferences` there is no budget; with a deadline
    but no `today` only the recommended weeks count.
    """
    found = [
        gate("R4", where, hours_outside(c))
        for where, c in numbered_concepts(framework)
        if not MIN_HOURS <= c.estimated_hours <= MAX_HOURS
    ]
    found += [
        gate("R4", "left_out", say("left_out_without_reason", name=quote(left.name, 60)))
        for left in framework.left_out
        if not left.reason.strip()
    ]
    if preferences is not None:
        found += _budget_findings(framework, preferences, today)
    return found


def check_r5(framework: Framework, *, size: Size | None) -> list[Finding]:
    """R5 (gate): the numbers of stages, modules and concepts suit the size; nothing is empty. Source: R5.

    Without `size` only emptiness counts, of names too.
    """
    stages, modules, concepts, all_concepts = SIZES[size] if size else (_SOME,) * 4
    total = sum(1 for _ in framework.concepts())
    counted = [
        ("roadmap", len(framework.stages), "stages", stages),
        ("roadmap", total, "concepts", all_concepts),
    ]
    names: list[tuple[str, str]] = []
    for i, stage in enumerate(framework.stages, 1):
        where = label(str(i), stage.name)
        names.append((where, stage.name))
        counted.append((where, len(stage.modules), "modules", modules))
        for j, module in enumerate(stage.modules, 1):
            where = label(f"{i}.{j}", module.name)
            names.append((where, module.name))
            counted.append((where, len(module.concepts), "concepts", concepts))
    names += [(where, concept.name) for where, concept in numbered_concepts(framework)]
    found = [gate("R5", w, _counted(n, what, b)) for w, n, what, b in counted if not b[0] <= n <= b[1]]
    return found + [gate("R5", where, say("without_name")) for where, name in names if not name.strip()]


def check_r6(framework: Framework) -> list[Finding]:
    """R6 (gate): no near-duplicate names: token-set ratio < 90. Source: rubric, R6.

    Concepts are compared with concepts, modules with modules, stages with stages.
    """
    concepts = [(where, c.name) for where, c in numbered_concepts(framework)]
    modules = [
        (label(f"{i}.{j}", m.name), m.name)
        for i, s in enumerate(framework.stages, 1)
        for j, m in enumerate(s.modules, 1)
    ]
    stages = [(label(str(i), s.name), s.name) for i, s in enumerate(framework.stages, 1)]
    return [
        gate("R6", level[j][0], say("nearly_the_same", other=level[i][0]))
        for level in (stages, modules, concepts)
        for i, j in near_duplicates([name for _, name in level])
    ]


def check_r7(framework: Framework) -> list[Finding]:
    """R7 (score): not a list in disguise. Source: rubric, R7.

    At least 60 % of the concepts after the first have a prerequisite; the longest chain has at least as many
    concepts as there are stages; no prerequisite is implied by another (transitive edges).
    """
    concepts = list(framework.concepts())
    later = concepts[1:]
    linked = sum(1 for c in later if c.prerequisites)
    found = []
    if later and linked < MIN_LINKED * len(later):
        found.append(score("R7", "roadmap", say("few_linked", linked=linked, count=len(later))))
    chain = longest_chain(framework)
    if concepts and chain < len(framework.stages):
        words = say("short_chain", chain=chain, stages=len(framework.stages))
        found.append(score("R7", "roadmap", words))
    labels = concept_labels(framework)
    found += [
        score("R7", labels[c.concept_id], say("implied", prerequisite=labels[p]))
        for c, p in implied(framework)
        if p in labels
    ]
    return found


def check_r8(framework: Framework, *, required_skills: Sequence[str]) -> list[Finding]:
    """R8 (gate): every required skill of the intent maps to a concept. Source: rubric, R8.

    It does when a concept's name is like it (token-set ratio >= 70), or half of the skill's words stand in
    what the concept says of itself; words may end differently.
    """
    told = [(fold(c.name[:_NAME_CHARS]), set(tokens(_told(c)).split())) for c in framework.concepts()]
    return [
        gate("R8", "roadmap", say("skill_not_taught", skill=quote(skill, 80)))
        for skill in required_skills
        if skill.strip() and not any(_teaches(name, words, skill) for name, words in told)
    ]


def check_r10(
    framework: Framework, *, preferences: Preferences, known_skills: Sequence[str] = ()
) -> list[Finding]:
    """R10 (gate), in part: what the learner knows already is absent or marked as review. Source: R10.

    Known are `known_skills` and the technologies the learner masters. A concept is about one when its name
    is that and nothing more, but words like "basics". Whether the sense of the goal was met is beyond a
    program.
    """
    mastered = [s.technology for s in preferences.tech_stack if _MASTERED.search(s.proficiency.casefold())]
    known = [_core(skill) for skill in (*mastered, *known_skills) if _core(skill)]
    found = []
    for where, concept in numbered_concepts(framework):
        core = _core(concept.name)
        twice = next((k for k in known if fuzz.token_sort_ratio(core, k) >= _KNOWN_RATIO), None)
        if twice and not concept.optional and not _REVIEW.search(_told(concept).casefold()):
            found.append(gate("R10", where, say("known_already", skill=twice)))
    return found


def check_r11(framework: Framework, *, language: str) -> list[Finding]:
    """R11 (gate): all strings are in `language`, judged on 40 letters and more. Source: rubric, R11.

    Title and stages are judged together, then each module with its concepts, since each may come from a model
    call of its own. When all of these are shorter, everything is judged as one.
    """
    head = [framework.title, *(f"{s.name}\n{s.description}" for s in framework.stages)]
    texts = [("title and stages", "\n".join(head))]
    for i, stage in enumerate(framework.stages, 1):
        for j, module in enumerate(stage.modules, 1):
            parts = [module.name, module.description, *(_told(c) for c in module.concepts)]
            texts.append((label(f"{i}.{j}", module.name), "\n".join(parts)))
    if all(count_letters(text) < MIN_LETTERS for _, text in texts):
        texts = [("roadmap", "\n".join(text for _, text in texts))]
    problems = ((where, wrong_language(text, language)) for where, text in texts)
    return [gate("R11", where, words) for where, words in problems if words]


def _judged_r11(framework: Framework, language: str) -> Judged:
    note = None if can_judge(language) else not_judged(language)
    return Judged("R11", "gate", check_r11(framework, language=language), note=note)


def _budget_findings(framework: Framework, preferences: Preferences, today: date | None) -> list[Finding]:
    per_week = preferences.available_hours_per_week
    recommended = framework.recommended_completion_weeks
    to_deadline = weeks_until(preferences.deadline_date(), today) if today else None
    weeks = recommended if to_deadline is None else to_deadline
    found = []
    if over_budget(framework, per_week, weeks):
        words = say(
            "over_budget",
            hours=required_hours(framework),
            pace=per_week,
            weeks=_rounded(weeks, 3),
            allowed=_rounded(MAX_LOAD * per_week * weeks, 4),
        )
        found.append(gate("R4", "roadmap", words))
    fullest = heaviest_week(framework)
    if fullest > MAX_WEEK_LOAD * per_week + _EASE and not found:
        words = say("full_week", weeks=recommended, hours=_rounded(fullest, 3), pace=per_week)
        found.append(gate("R4", "roadmap", words))
    return found


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def _counted(count: int, what: str, bounds: Bounds) -> Said:
    low, high = bounds
    if low == high:
        return say(f"count_exactly_{what}", count=count, low=low)
    if high == _SOME[1]:
        return say(f"too_few_{what}", count=count, low=low)
    return say(f"count_of_{what}", count=count, low=low, high=high)


def _told(concept: Concept) -> str:
    """All a concept says of itself, one string a line."""
    return "\n".join([concept.name, concept.description, *concept.objectives, *concept.keywords])[
        :_TOLD_CHARS
    ]


def _teaches(name: str, told: set[str], skill: str) -> bool:
    if fuzz.token_set_ratio(name, fold(skill)) >= _SKILL_RATIO:
        return True
    words = [w for w in tokens(skill).split() if w not in _FILLER]
    met = sum(1 for w in words if w in told or _has_kin(w, told))
    return bool(words) and met >= _SKILL_SHARE * len(words)


def _has_kin(word: str, told: set[str]) -> bool:
    """Whether a word with the same beginning was said: `bake` and `baking`, not `bake` and `bad`."""
    if len(word) <= _SHORT_WORD:
        return False
    stem = word[: max(_SHORT_WORD, len(word) - 3)]
    return any(w.startswith(stem) and abs(len(w) - len(word)) <= _SHORT_WORD for w in told)


def _core(name: str) -> str:
    return " ".join(w for w in fold(name[:_NAME_CHARS]).split() if w not in _FILLER)
