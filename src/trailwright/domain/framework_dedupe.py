"""Names that say nearly the same (R6), and merging concepts that are the same. Pure."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from trailwright.domain.framework import Concept, Framework

NEAR = 90
"""Token-set ratio, 0-100, from which two names are near-duplicates (R6)."""

SAME = 95
"""Token-sort ratio, 0-100, from which two concepts are merged by the program without asking."""

_COMPARED = 300
_LONGEST_NAME = 80
_PUNCTUATION = re.compile(
    '[\\s!-"$-*,-/:-@\\[-`{-~\u00a0-\u00bf\u2010-\u2027\u3000-\u303f\uff01-\uff0f\uff1a-\uff20]+'
)


def near_duplicates(names: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of indexes of names with a token-set ratio of at least `NEAR`, case and punctuation ignored.

    A name whose words are all in another counts as its near-duplicate. Quadratic in the number of names.
    """
    plain = [_plain(name) for name in names]
    return [
        (i, j)
        for j in range(len(plain))
        for i in range(j)
        if plain[i] and plain[j] and fuzz.token_set_ratio(plain[i], plain[j], score_cutoff=NEAR) >= NEAR
    ]


def merged(framework: Framework, *, keep_at_least: int = 1) -> Framework:
    """Drops a concept whose name repeats an earlier one's (token-sort ratio ≥ `SAME`), within all modules.

    What needed the dropped one needs the kept one. A module or stage left empty goes too. Stops at
    `keep_at_least` concepts. Near-duplicates that are not the same stay: they are for R6 to name.
    """
    twin_of = _twins(list(framework.concepts()), keep_at_least)
    return without_concepts(framework, twin_of) if twin_of else framework


def told_apart(framework: Framework) -> Framework:
    """Near-duplicate names of concepts, told apart by a keyword: `Starter` → `Starter (wild yeast)`.

    Of a pair the one with fewer words gets it. A name that no keyword helps stays: it is for R6 to name.
    """
    concepts = [concept.model_copy() for concept in framework.concepts()]
    names = [concept.name for concept in concepts]
    for pair in near_duplicates(names):
        n = min(pair, key=lambda one: len(names[one].split()))
        names[n] = _told(concepts[n], names, n)
    renamed = {c.concept_id: name for c, name in zip(concepts, names, strict=True) if c.name != name}
    return _renamed(framework, renamed) if renamed else framework


def _told(concept: Concept, names: Sequence[str], n: int) -> str:
    others = [name for m, name in enumerate(names) if m != n]
    for keyword in concept.keywords:
        name = f"{concept.name} ({keyword.strip()})"
        if len(name) <= _LONGEST_NAME and all(not near_duplicates([other, name]) for other in others):
            return name
    return names[n]


def _renamed(framework: Framework, names: dict[str, str]) -> Framework:
    copy = framework.model_copy(deep=True)
    for concept in copy.concepts():
        concept.name = names.get(concept.concept_id, concept.name)
    return copy


def without_concepts(framework: Framework, replaced: dict[str, str | None]) -> Framework:
    """Takes concepts (the keys) out; prerequisites on one go to its value, or away when that is None.

    Modules and stages that are left empty go too; what is not touched stays as it was.
    """
    stages = []
    for stage in framework.stages:
        modules = []
        for module in stage.modules:
            concepts = [_rewired(c, replaced) for c in module.concepts if c.concept_id not in replaced]
            if concepts:
                modules.append(module.model_copy(update={"concepts": concepts}))
        if modules:
            stages.append(stage.model_copy(update={"modules": modules}))
    return framework.model_copy(update={"stages": stages})


def _twins(concepts: Sequence[Concept], keep_at_least: int) -> dict[str, str | None]:
    kept: list[tuple[str, str]] = []
    twin_of: dict[str, str | None] = {}
    for concept in concepts:
        name = _plain(concept.name)
        first = next((i for i, known in kept if name and fuzz.token_sort_ratio(name, known) >= SAME), None)
        if first is not None and len(concepts) - len(twin_of) > keep_at_least:
            twin_of[concept.concept_id] = first
        else:
            kept.append((concept.concept_id, name))
    return twin_of


def _rewired(concept: Concept, replaced: dict[str, str | None]) -> Concept:
    if not any(p in replaced for p in concept.prerequisites):
        return concept
    moved = (replaced.get(p, p) for p in concept.prerequisites)
    wanted = [p for p in dict.fromkeys(moved) if p is not None and p != concept.concept_id]
    return concept.model_copy(update={"prerequisites": wanted})


def _plain(name: str) -> str:
    """Case folded words between single spaces; signs that tell names apart stay (C, C++, C#)."""
    return _PUNCTUATION.sub(" ", name[:_COMPARED].casefold()).strip()
