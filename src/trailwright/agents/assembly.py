"""The architect's last step: drafts become a framework that holds, by code alone. Pure.

Ids are given, prerequisites go from names to ids, concepts said twice are merged, order and cycles are
repaired, what stands alone is tied in, hours are fitted to the time there is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from trailwright.agents.contexts import Learner
from trailwright.agents.drafts import ModuleDraft, Outline, OutlineModule
from trailwright.agents.intent import Intent
from trailwright.agents.schemas import ConceptAnswer
from trailwright.agents.tree import with_each
from trailwright.domain.framework import Concept, Framework, Module, Stage
from trailwright.domain.framework_dedupe import merged, told_apart
from trailwright.domain.framework_fit import MIN_CONCEPTS, fit_to_hours
from trailwright.domain.framework_order import repaired, without_implied_prerequisites

Mint = Callable[[str], str]
"""Gives a fresh id for a prefix: `c`, `m` or `s`."""

SAME_NAME = 85
"""Token-sort ratio, 0-100, from which a prerequisite's name means a concept."""


@dataclass(frozen=True)
class Names:
    """Where names lead: concepts in reading order, and modules to their last concept."""

    concepts: Mapping[str, str]
    modules: Mapping[str, str]

    def concept_id(self, name: str) -> str | None:
        """The concept that `name` means, exactly or nearly; a module's name means its last concept."""
        wanted = name.casefold().strip()
        for known in (self.concepts, self.modules):
            if wanted in known:
                return known[wanted]
        for known in (self.concepts, self.modules):
            near = process.extractOne(
                wanted, list(known), scorer=fuzz.token_sort_ratio, score_cutoff=SAME_NAME
            )
            if near is not None:
                return known[near[0]]
        return None


def assemble(
    learner: Learner,
    intent: Intent,
    outline: Outline,
    modules: Sequence[ModuleDraft],
    *,
    roadmap_id: str,
    mint: Mint,
) -> Framework:
    """The framework: R1 to R3 hold, hours fit as far as they can, totals are right.

    `modules` are the drafts in the order of `outline.modules()`; not read when the outline is complete.
    """
    drafts = _drafts(outline, modules)
    stages, wanted = _grown(outline, drafts, mint)
    title = outline.title or intent.title
    framework = Framework(roadmap_id=roadmap_id, title=title, stages=stages)
    framework = merged(_linked(framework, wanted), keep_at_least=MIN_CONCEPTS[learner.size])
    framework = told_apart(framework)
    framework = repaired(framework)
    framework = without_implied_prerequisites(tied(framework))
    return fit_to_hours(
        framework,
        learner.preferences.available_hours_per_week,
        learner.weeks_to_deadline,
        size=learner.size,
        language=learner.language,
    )


def tied(framework: Framework) -> Framework:
    """Gives every concept but the first a prerequisite (R7), only to earlier concepts.

    Within a module the one before; at the head of a module the last of the stage before, in the first stage
    the roadmap's first concept, so that modules of a stage stay side by side.
    """
    root: Concept | None = None
    before: Concept | None = None
    stages: list[Stage] = []
    for stage in framework.stages:
        modules = []
        for module in stage.modules:
            concepts = list(_chained(module.concepts, before or root))
            root = root or next(iter(concepts), None)
            modules.append(module.model_copy(update={"concepts": concepts}))
        stages.append(stage.model_copy(update={"modules": modules}))
        before = next((m.concepts[-1] for m in reversed(modules) if m.concepts), before)
    return framework.model_copy(update={"stages": stages})


def _chained(concepts: Sequence[Concept], head: Concept | None) -> Iterator[Concept]:
    previous = head
    for concept in concepts:
        alone = previous is not None and not concept.prerequisites
        needs = [previous.concept_id] if alone and previous else concept.prerequisites
        previous = concept.model_copy(update={"prerequisites": needs}) if alone else concept
        yield previous


def _drafts(outline: Outline, modules: Sequence[ModuleDraft]) -> list[list[ConceptAnswer]]:
    if outline.complete:
        return [module.concepts for _, module in outline.modules()]
    return [draft.concepts for draft in modules]


def _grown(
    outline: Outline, drafts: Sequence[list[ConceptAnswer]], mint: Mint
) -> tuple[list[Stage], dict[str, list[str]]]:
    """Stages with ids, nothing empty, and by concept id the names of what each concept needs."""
    wanted: dict[str, list[str]] = {}
    waiting = iter(drafts)
    stages: list[Stage] = []
    for draft in outline.stages:
        grown = [_module(module, next(waiting, []), mint, wanted) for module in draft.modules]
        modules = [module for module in grown if module.concepts]
        if modules:
            stage_id = mint("s")
            stages.append(
                Stage(stage_id=stage_id, name=draft.name, description=draft.description, modules=modules)
            )
    return stages, wanted


def _module(
    draft: OutlineModule, answers: Sequence[ConceptAnswer], mint: Mint, wanted: dict[str, list[str]]
) -> Module:
    concepts: list[Concept] = []
    for answer in answers:
        concepts.append(concept_from(answer, mint("c")))
        wanted[concepts[-1].concept_id] = answer.prerequisites
    return Module(module_id=mint("m"), name=draft.name, description=draft.description, concepts=concepts)


def concept_from(answer: ConceptAnswer, concept_id: str) -> Concept:
    """A concept without prerequisites, which are names still."""
    return Concept(
        concept_id=concept_id,
        name=answer.name,
        description=answer.description,
        estimated_hours=answer.hours,
        difficulty=answer.difficulty,
        keywords=answer.keywords,
        objectives=answer.objectives,
    )


def names_in(framework: Framework) -> Names:
    """Names of all concepts and modules, case folded; of equal names the first counts."""
    concepts: dict[str, str] = {}
    modules: dict[str, str] = {}
    for _, module, concept in framework.walk():
        concepts.setdefault(concept.name.casefold().strip(), concept.concept_id)
        modules[module.name.casefold().strip()] = concept.concept_id
    return Names(concepts, modules)


def _linked(framework: Framework, wanted: Mapping[str, Sequence[str]]) -> Framework:
    """Prerequisites by id. Names that lead nowhere are dropped, and so is a concept's own module."""
    names = names_in(framework)

    def link(module: Module, concept: Concept) -> Concept:
        own = module.name.casefold().strip()
        usable = (n for n in wanted[concept.concept_id] if n.casefold() != own or own in names.concepts)
        found = (names.concept_id(name) for name in usable)
        return concept.model_copy(update={"prerequisites": [i for i in found if i is not None]})

    return with_each(framework, link)
