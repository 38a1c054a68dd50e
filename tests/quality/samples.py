"""Small frameworks, tutorials and quizzes for tests to break."""

from collections.abc import Mapping, Sequence

from trailwright.domain.framework import Concept, Framework, Module, Stage
from trailwright.domain.framework_fit import with_totals

Tree = Sequence[Sequence[Sequence[str]]]


def a_concept(ident: str, *needs: str, name: str = "", hours: float = 1.0, optional: bool = False) -> Concept:
    return Concept(
        concept_id=ident,
        name=name or f"Concept {ident}",
        prerequisites=list(needs),
        estimated_hours=hours,
        optional=optional,
    )


def a_framework(
    tree: Tree, needs: Mapping[str, Sequence[str]] | None = None, hours: float = 1.0, weeks: float = 1.0
) -> Framework:
    """`tree`: stages of modules of concept ids; ids of stages and modules are s1, m1 and so on."""
    wanted = needs or {}
    stages: list[Stage] = []
    count = 0
    for n, modules in enumerate(tree, 1):
        made: list[Module] = []
        for concepts in modules:
            count += 1
            made.append(
                Module(
                    module_id=f"m{count}",
                    name=f"Module {count}",
                    concepts=[a_concept(c, *wanted.get(c, ()), hours=hours) for c in concepts],
                )
            )
        stages.append(Stage(stage_id=f"s{n}", name=f"Stage {n}", order=n, modules=made))
    framework = with_totals(Framework(roadmap_id="r", title="A roadmap", stages=stages))
    return framework.model_copy(update={"recommended_completion_weeks": weeks})


def ids(framework: Framework) -> list[str]:
    return [c.concept_id for c in framework.concepts()]


def needs(framework: Framework) -> dict[str, list[str]]:
    return {c.concept_id: c.prerequisites for c in framework.concepts() if c.prerequisites}
