"""R9: objectives that can be observed. Score only. Pure."""

import re

from trailwright.domain.findings import Finding
from trailwright.domain.framework import Framework
from trailwright.domain.framework_rules import numbered_concepts
from trailwright.domain.sentences import say
from trailwright.quality.judged import quote, score
from trailwright.quality.language import primary

OBJECTIVES = (1, 4)

OBSERVABLE_VERBS = frozenset(
    """
    adapt add adjust analyse analyze annotate answer apply appraise arrange ask assemble assess automate bake
    balance blend boil build calculate call capture carry categorize check choose cite classify clean code
    collect combine compare compile complete compose compute conclude conduct configure connect construct
    contrast control convert convince cook correct count crack create critique customize cut debug decide
    decorate define deliver demonstrate deploy derive describe design detect determine develop diagnose
    diagram differentiate discuss distinguish divide document draft draw edit elaborate elicit employ
    estimate evaluate examine execute explain express extend extract feed filter find fix fold form format
    formulate generate give graph greet group handle hold identify illustrate implement improve inspect
    install integrate interpret interview introduce invent investigate judge justify keep knead label launch
    lead list locate log maintain make manage manipulate map mark match measure merge mix model modify monitor
    move name navigate negotiate normalize observe open operate order organise organize outline perform
    photograph pick pitch place plan play plot practice practise predict prepare present price produce
    program pronounce prove publish query quote raise rank read rearrange recall recite recognise recognize
    recommend record reduce refactor relate render repair replace report represent research resolve respond
    revise rewrite run sail save schedule score season secure select send separate set shape share ship show
    simplify simulate sing sketch solve sort speak specify spell split start state store structure style
    submit summarise summarize support switch tell test time tie trace track train transform translate
    transpose troubleshoot tune turn type update use validate verify visualise visualize walk warm weigh work
    write
    """.split()  # noqa: SIM905 - two hundred quoted words would be harder to read
)
"""What a learner can be seen doing (after Bloom's taxonomy, Anderson and Krathwohl 2001, and crafts)."""

_VAGUE_CHINESE = re.compile("^(?:了解|理解|知道|熟悉|明白|认识|認識|懂得|体会|體會)")
_LEAD_IN = re.compile(
    r"^(?:(?:you|the learner|learners|students?)(?:'ll| will| can| should)?(?: be able)?(?: to)? )"
    r"|^(?:be able to|can|to|learn (?:how )?to|how to) |^(?:能够|能|可以|学会|會|会)",
)
_NOT_LETTER = re.compile(r"^\W+")
_FIRST_WORD = re.compile(r"[a-z]+")


def check_r9(framework: Framework, *, language: str | None) -> list[Finding]:
    """R9 (score): 1-4 objectives a concept, each starting with an observable verb. Source: rubric, R9.

    Verbs are known in English, vague ones in Chinese; elsewhere only the number counts.
    """
    low, high = OBJECTIVES
    who = primary(language) if language else ""
    found = []
    for where, concept in numbered_concepts(framework):
        count = len(concept.objectives)
        if not low <= count <= high:
            found.append(score("R9", where, say("count_of_objectives", count=count, low=low, high=high)))
        vague = [text for text in concept.objectives if is_vague(text, who)]
        if vague:
            found.append(score("R9", where, say("not_observable", objective=quote(vague[0], 80))))
    return found


def is_vague(objective: str, language: str) -> bool:
    """Whether an objective begins with no observable verb; `language` is a primary subtag."""
    text = _NOT_LETTER.sub("", objective[:200].casefold())
    text = _LEAD_IN.sub("", text)
    if language == "zh":
        return bool(_VAGUE_CHINESE.match(text))
    if language != "en":
        return False
    word = _FIRST_WORD.match(text)
    return word is None or not _is_observable(word.group())


def _is_observable(word: str) -> bool:
    stems = {word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ing")}
    return bool(stems & OBSERVABLE_VERBS) or f"{word.removesuffix('ing')}e" in OBSERVABLE_VERBS
