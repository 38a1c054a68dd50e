"""Prerequisites: what is wrong with them, and the repair of R1 (unknown), R2 (cycles) and R3 (order). Pure.

Reading order is the order of the tree. A prerequisite must stand earlier in it, hence never in a later stage.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence

from trailwright.domain.framework import Concept, Framework, Module, Stage

Edges = Mapping[str, Sequence[str]]


def repaired(framework: Framework) -> Framework:
    """The framework with prerequisites that hold: known, acyclic, earlier in reading order, not implied.

    Modules are re-ordered within their stage and concepts within their module, stably; stages keep their
    order. An edge that no such order can serve is dropped; so is one that others imply (transitive
    reduction). Running it twice changes nothing more.
    """
    framework = without_unknown_prerequisites(framework)
    framework = _without_edges_to_later_stages(framework)
    framework = without_cycles(framework)
    framework = _without_module_conflicts(framework)
    framework = _in_order(framework)
    framework = _without_backward_edges(framework)
    return without_implied_prerequisites(framework)


def without_unknown_prerequisites(framework: Framework) -> Framework:
    """Drops prerequisites that name no concept, name the concept itself, or are named twice."""
    known = {c.concept_id for c in framework.concepts()}
    return _with_prerequisites(
        framework,
        {
            c.concept_id: [p for p in dict.fromkeys(c.prerequisites) if p in known and p != c.concept_id]
            for c in framework.concepts()
        },
    )


def without_cycles(framework: Framework) -> Framework:
    """Drops the edges that close a cycle; edges that agree with the reading order are kept first."""
    place = positions(framework)
    edges = [(c.concept_id, p) for c in framework.concepts() for p in c.prerequisites if p in place]
    edges.sort(key=lambda e: place[e[1]] > place[e[0]])
    kept = _acyclic(edges, place)
    return _with_prerequisites(
        framework,
        {c.concept_id: [p for p in c.prerequisites if p in kept[c.concept_id]] for c in framework.concepts()},
    )


def without_implied_prerequisites(framework: Framework) -> Framework:
    """Transitive reduction: drops a prerequisite that another prerequisite already needs (acyclic trees)."""
    needs = {c.concept_id: list(c.prerequisites) for c in framework.concepts()}
    above = _ancestors(framework)
    reduced = {
        node: [p for p in wanted if not any(p in above.get(q, ()) for q in wanted if q != p)]
        for node, wanted in needs.items()
    }
    return _with_prerequisites(framework, reduced)


def positions(framework: Framework) -> dict[str, int]:
    """Place of each concept in reading order, from 0."""
    return {c.concept_id: i for i, c in enumerate(framework.concepts())}


def find_cycles(framework: Framework) -> list[list[str]]:
    """One list of concept ids per group of concepts that need each other; empty when acyclic.

    Concepts are peeled off from both ends until only cycles are left; linear in concepts and edges.
    """
    known = positions(framework)
    needs = {c.concept_id: {p for p in c.prerequisites if p in known} for c in framework.concepts()}
    left = _peel(_peel(needs, reverse=False), reverse=True)
    return _components(left)


def misplaced(framework: Framework) -> list[tuple[Concept, str]]:
    """Each concept with a known prerequisite that does not stand earlier in reading order (R3)."""
    place = positions(framework)
    return [
        (c, p)
        for i, c in enumerate(framework.concepts())
        for p in c.prerequisites
        if p != c.concept_id and place.get(p, -1) > i
    ]


def longest_chain(framework: Framework) -> int:
    """Concepts on the longest path of prerequisites, of those in reading order; 0 without concepts."""
    depth: dict[str, int] = {}
    for concept in framework.concepts():
        depth[concept.concept_id] = 1 + max((depth.get(p, 0) for p in concept.prerequisites), default=0)
    return max(depth.values(), default=0)


def implied(framework: Framework) -> list[tuple[Concept, str]]:
    """Each concept with a prerequisite that another of its prerequisites already needs."""
    reduced = {
        c.concept_id: set(c.prerequisites) for c in without_implied_prerequisites(framework).concepts()
    }
    return [
        (c, p)
        for c in framework.concepts()
        for p in dict.fromkeys(c.prerequisites)
        if p not in reduced[c.concept_id]
    ]


def _with_prerequisites(framework: Framework, wanted: Edges) -> Framework:
    """A copy with other prerequisites; what does not change is shared, so it stays byte for byte."""

    def concept(c: Concept) -> Concept:
        new = list(wanted.get(c.concept_id, c.prerequisites))
        return c if new == c.prerequisites else c.model_copy(update={"prerequisites": new})

    def module(m: Module) -> Module:
        return m.model_copy(update={"concepts": [concept(c) for c in m.concepts]})

    stages = [s.model_copy(update={"modules": [module(m) for m in s.modules]}) for s in framework.stages]
    return framework.model_copy(update={"stages": stages})


def _without_edges_to_later_stages(framework: Framework) -> Framework:
    stage_of = {
        c.concept_id: i for i, s in enumerate(framework.stages) for m in s.modules for c in m.concepts
    }
    return _with_prerequisites(
        framework,
        {
            c.concept_id: [p for p in c.prerequisites if stage_of[p] <= stage_of[c.concept_id]]
            for c in framework.concepts()
        },
    )


def _without_module_conflicts(framework: Framework) -> Framework:
    """Drops edges that would need two modules to stand before each other."""
    module_of = {c.concept_id: m.module_id for _, m, c in framework.walk()}
    place = {m: i for i, m in enumerate(dict.fromkeys(module_of.values()))}
    edges = {
        (module_of[c.concept_id], module_of[p])
        for c in framework.concepts()
        for p in c.prerequisites
        if module_of[p] != module_of[c.concept_id]
    }
    ordered = sorted(edges, key=lambda e: (place[e[1]] > place[e[0]], place[e[0]], place[e[1]]))
    allowed = _acyclic(ordered, place)
    return _with_prerequisites(
        framework,
        {
            c.concept_id: [
                p
                for p in c.prerequisites
                if module_of[p] == module_of[c.concept_id] or module_of[p] in allowed[module_of[c.concept_id]]
            ]
            for c in framework.concepts()
        },
    )


def _in_order(framework: Framework) -> Framework:
    return framework.model_copy(update={"stages": [_ordered_stage(s) for s in framework.stages]})


def _ordered_stage(stage: Stage) -> Stage:
    module_of = {c.concept_id: m.module_id for m in stage.modules for c in m.concepts}
    needs = {
        m.module_id: [module_of[p] for c in m.concepts for p in c.prerequisites if p in module_of]
        for m in stage.modules
    }
    by_id = {m.module_id: m for m in stage.modules}
    if len(by_id) != len(stage.modules):
        return stage
    modules = [_ordered_module(by_id[i]) for i in _topological(needs)]
    return stage.model_copy(update={"modules": modules})


def _ordered_module(module: Module) -> Module:
    by_id = {c.concept_id: c for c in module.concepts}
    if len(by_id) != len(module.concepts):
        return module
    needs = {c.concept_id: [p for p in c.prerequisites if p in by_id] for c in module.concepts}
    return module.model_copy(update={"concepts": [by_id[i] for i in _topological(needs)]})


def _without_backward_edges(framework: Framework) -> Framework:
    place = positions(framework)
    return _with_prerequisites(
        framework,
        {
            c.concept_id: [p for p in c.prerequisites if place[p] < place[c.concept_id]]
            for c in framework.concepts()
        },
    )


def _topological(needs: Edges) -> list[str]:
    """Keys of `needs` with what each needs before it; as they stood where nothing forbids it (Kahn)."""
    place = {node: i for i, node in enumerate(needs)}
    waiting = {node: {p for p in wanted if p != node} for node, wanted in needs.items()}
    followers: dict[str, list[str]] = {node: [] for node in needs}
    for node, wanted in waiting.items():
        for p in wanted:
            followers[p].append(node)
    ready = [place[node] for node, wanted in waiting.items() if not wanted]
    heapq.heapify(ready)
    names = list(needs)
    done: list[str] = []
    while ready:
        node = names[heapq.heappop(ready)]
        done.append(node)
        for follower in followers[node]:
            waiting[follower].discard(node)
            if not waiting[follower]:
                heapq.heappush(ready, place[follower])
    return done if len(done) == len(names) else names


def _acyclic(edges: Iterable[tuple[str, str]], nodes: Iterable[str]) -> dict[str, list[str]]:
    """Node → what it needs, taking edges (node, needed) one by one unless one closes a cycle."""
    kept: dict[str, list[str]] = {node: [] for node in nodes}
    for node, needed in edges:
        if node != needed and not _reaches(kept, needed, node):
            kept[node].append(needed)
    return kept


def _reaches(needs: Edges, start: str, goal: str) -> bool:
    seen = {start}
    stack = [start]
    while stack:
        node = stack.pop()
        if node == goal:
            return True
        fresh = [p for p in needs.get(node, ()) if p not in seen]
        seen.update(fresh)
        stack.extend(fresh)
    return False


def _ancestors(framework: Framework) -> dict[str, frozenset[str]]:
    """Everything each concept needs, directly or not, by edges that agree with the reading order."""
    above: dict[str, frozenset[str]] = {}
    for concept in framework.concepts():
        direct = [p for p in concept.prerequisites if p in above]
        above[concept.concept_id] = frozenset(direct).union(*(above[p] for p in direct))
    return above


def _peel(needs: Mapping[str, set[str]], *, reverse: bool) -> dict[str, set[str]]:
    """What is left of the graph after taking away, again and again, nodes without edges out of them.

    With `reverse` the edges point the other way round (and stay so in the answer).
    """
    graph: dict[str, set[str]] = {node: set() for node in needs}
    back: dict[str, set[str]] = {node: set() for node in needs}
    for node, wanted in needs.items():
        for p in wanted & needs.keys():
            a, b = (p, node) if reverse else (node, p)
            graph[a].add(b)
            back[b].add(a)
    free = [node for node, wanted in graph.items() if not wanted]
    while free:
        node = free.pop()
        del graph[node]
        for follower in back[node]:
            graph[follower].discard(node)
            if not graph[follower]:
                free.append(follower)
    return graph


def _components(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Groups of nodes that hang together, each in the order of `graph`."""
    near: dict[str, set[str]] = {node: set() for node in graph}
    for node, others in graph.items():
        for other in others:
            near[node].add(other)
            near[other].add(node)
    seen: set[str] = set()
    groups: list[list[str]] = []
    for start in graph:
        if start in seen:
            continue
        group = {start}
        stack = [start]
        while stack:
            fresh = near[stack.pop()] - group
            group |= fresh
            stack.extend(fresh)
        seen |= group
        groups.append([node for node in graph if node in group])
    return groups
