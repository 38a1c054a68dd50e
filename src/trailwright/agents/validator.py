"""Validator: a model's review of a framework that the rules have already judged. Pure."""

from collections.abc import Sequence

from trailwright.agents.base import prompt_file
from trailwright.agents.contexts import Learner
from trailwright.agents.intent import Intent
from trailwright.agents.learner import data, language_of, learner_block
from trailwright.agents.reading import read_answer
from trailwright.agents.schemas import OneOf, Problem, ValidationAnswer, answer_schema
from trailwright.agents.sizes import tokens
from trailwright.agents.tree import drawn, names, node_at, numbers, said
from trailwright.domain.findings import Finding
from trailwright.domain.framework import Framework
from trailwright.domain.prompt import Prompt

CHECK = "V"
"""Id of all findings that come from the model's review."""

_WORDS = 300


def build(learner: Learner, intent: Intent, framework: Framework, findings: Sequence[Finding]) -> Prompt:
    """Asks for what is wrong with the framework beyond what the rules found."""
    file = prompt_file("validator")
    return Prompt(
        agent="validator",
        messages=file.messages(
            language_of(learner),
            learner=learner_block(learner),
            subject=data(intent.subject),
            aim=data(intent.summary),
            skills=data("; ".join(intent.required_skills)),
            known=data("; ".join(intent.known_skills) or "nothing was said"),
            roadmap=drawn(framework),
            findings=said(findings) or "none",
        ),
        max_output_tokens=tokens(_WORDS, learner.language),
        digest=file.digest,
        schema=answer_schema(ValidationAnswer, {"problems.node": OneOf(("", *numbers(framework).values()))}),
        schema_name=ValidationAnswer.schema_name,
        temperature=0.1,
    )


def parse(framework: Framework, text: str, finish: str) -> list[Finding]:
    """Findings `V`: severe ones at level gate, others at level score; none when nothing is wrong.

    An answer that cannot be read raises `Rejected`: it is a fault, never a pass.
    """
    schema = answer_schema(ValidationAnswer)
    answer = read_answer(ValidationAnswer, schema, text, finish, required=("problems",))
    return [_finding(framework, problem) for problem in answer.problems]


def _finding(framework: Framework, problem: Problem) -> Finding:
    """`where` is the node's number and name, or `roadmap`."""
    node = node_at(framework, problem.node)
    where = f"{numbers(framework)[node]} {names(framework)[node]}" if node else "roadmap"
    return Finding(
        check=CHECK,
        level="gate" if problem.severity == "major" else "score",
        where=where,
        message=f"{problem.problem} {problem.suggestion}".strip(),
    )
