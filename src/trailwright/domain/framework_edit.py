"""A person's own edit of the framework: ids for what is new, everything derived made new. Pure."""

from collections.abc import Callable, Collection

from trailwright.domain.framework import Concept, Framework, Module, Stage
from trailwright.domain.framework_fit import with_totals
from trailwright.domain.framework_rules import structure_findings

__all__ = ["hand_edit", "structure_findings"]

Mint = Callable[[str], str]


def hand_edit(sent: Framework, known_ids: Collection[str], mint: Mint) -> tuple[Framework, dict[str, str]]:
    """The framework to store, and `{id sent: id given}` for its new nodes (contract section 4).

    New is a node whose id is not in `known_ids`, all ids this roadmap ever had: it gets `mint("s")`,
    `mint("m")` or `mint("c")`, and prerequisites that name it are rewritten. Nodes that were sent under one
    new id share the id given, so that R1 still sees them; a node without an id gets one of its own. `order`
    and totals are made new at the old pace. Nothing is refused here: ask `structure_findings` about the
    answer.
    """
    known = frozenset(known_ids)
    given: dict[str, str] = {}

    def name(ident: str, prefix: str) -> str:
        if ident in known:
            return ident
        if not ident:
            return mint(prefix)
        if ident not in given:
            given[ident] = mint(prefix)
        return given[ident]

    def concept(c: Concept) -> Concept:
        return c.model_copy(update={"concept_id": name(c.concept_id, "c")})

    def module(m: Module) -> Module:
        concepts = [concept(c) for c in m.concepts]
        return m.model_copy(update={"module_id": name(m.module_id, "m"), "concepts": concepts})

    def stage(s: Stage) -> Stage:
        modules = [module(m) for m in s.modules]
        return s.model_copy(update={"stage_id": name(s.stage_id, "s"), "modules": modules})

    named = [stage(s) for s in sent.stages]
    stages = [_rewritten(s, given) for s in named]
    return with_totals(sent.model_copy(update={"stages": stages})), given


def _rewritten(stage: Stage, given: dict[str, str]) -> Stage:
    """The stage with prerequisites that name new concepts by the ids these were given."""

    def concept(c: Concept) -> Concept:
        return c.model_copy(update={"prerequisites": [given.get(p, p) for p in c.prerequisites]})

    def module(m: Module) -> Module:
        return m.model_copy(update={"concepts": [concept(c) for c in m.concepts]})

    return stage.model_copy(update={"modules": [module(m) for m in stage.modules]})
