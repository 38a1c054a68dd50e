"""Tutorial: one lesson as Markdown, in declared sections. Pure."""

from collections.abc import Mapping

from trailwright.agents.base import (
    Made,
    Rejected,
    bullets,
    numbered,
    prompt_file,
    refuse_empty,
    refuse_refusal,
)
from trailwright.agents.checks import refuse_failed
from trailwright.agents.contexts import ContentContext
from trailwright.agents.learner import data, language_of, learner_block, second_language_of, tagged
from trailwright.agents.markdown import has_heading, summary_of, tidy, title_of
from trailwright.agents.place import concept_line, place_of, request_of
from trailwright.agents.schemas import TUTORIAL_FIRST_LINE
from trailwright.agents.sizes import tokens
from trailwright.domain.content import Tutorial
from trailwright.domain.preferences import ContentPreference, Size
from trailwright.domain.prompt import Prompt
from trailwright.quality.judged import results
from trailwright.quality.markdown import parse as parse_markdown
from trailwright.quality.sections import DECLARED, TARGET_WORDS, knows_titles, length_band, words_per_section
from trailwright.quality.tutorial import judge_document, judge_extent

__all__ = ["TUTORIAL_FIRST_LINE", "Made", "Rejected", "build", "parse"]

HINTS: Mapping[str, str] = {
    "why": "what the learner can do with it, for their goal",
    "idea": "explain it plainly, step by step; define each new term",
    "steps": "how to do it, as numbered steps",
    "example": "one concrete case from start to end, with real names, numbers or code",
    "practice": "one small task, and what a good result looks like",
    "mistakes": "2 or 3 points: the mistake, and what to do instead",
    "questions": "2 or 3 questions to the reader, without answers",
    "summary": "2 or 3 sentences; then one question for the reader to answer",
}
LIKES: Mapping[ContentPreference, str] = {
    "visual": "The learner likes visual things: show the main relations as a small Markdown table, or as one "
    "Mermaid flowchart of at most 6 nodes.",
    "text": "The learner likes text: clear prose rather than lists.",
    "audio": "The learner likes to listen: short sentences, easy to follow when read aloud, no tables.",
    "hands_on": "The learner likes hands_on work: give them something to do or try in the explanation too.",
}
_HEADROOM: Mapping[Size, float] = {"mini": 1.0, "short": 1.25, "full": 1.25}
_CITING = (
    "Where you use one of the sources, name its number in brackets, such as [1], and use each of them. "
    "No other links."
)
_NO_LINKS = "No links and no sources."


def build(ctx: ContentContext) -> Prompt:
    """Asks for the lesson of one concept; the answer is Markdown, without schema."""
    learner = ctx.learner
    size = learner.size
    file = prompt_file("tutorial")
    second = second_language_of(learner)
    most = length_band(size)[1]
    return Prompt(
        agent="tutorial",
        messages=file.messages(
            language_of(learner),
            first_line=TUTORIAL_FIRST_LINE,
            learner=learner_block(learner),
            place=place_of(ctx),
            sources=_sources(ctx),
            request=request_of(ctx),
            concept=concept_line(ctx.concept),
            form=_form(ctx),
            words=str(TARGET_WORDS[size]),
            most=str(most),
            likes="\n".join(bullets(LIKES[like] for like in learner.preferences.content_preference)),
            headings=""
            if knows_titles(learner.language)
            else f"- Translate the headings into {language_of(learner)}.",
            second=f"- After the first use of a key term give it in {second} in parentheses."
            if second
            else "",
            citing=f"- {_CITING if ctx.sources else _NO_LINKS}",
        ),
        max_output_tokens=tokens((most + 40) * _HEADROOM[size], learner.language),
        digest=file.digest,
        temperature=0.5,
    )


def parse(ctx: ContentContext, text: str, finish: str, tutorial_id: str = "") -> Made[Tutorial]:
    """The lesson, tidied, with its receipt; raises `Rejected` when a gate fails or the model refused."""
    refuse_empty(text)
    if not has_heading(text):
        refuse_refusal(text)
    concept = ctx.concept
    markdown = tidy(text, concept.name)
    refuse_failed(judge_extent(markdown))
    document = parse_markdown(markdown)
    judged = judge_document(
        document,
        size=ctx.learner.size,
        language=ctx.learner.language,
        stopped_by_length=finish == "length",
        level=ctx.learner.preferences.current_level,
    )
    refuse_failed(judged)
    tutorial = Tutorial(
        tutorial_id=tutorial_id,
        concept_id=concept.concept_id,
        title=title_of(document) or concept.name,
        summary=summary_of(document),
        markdown=markdown,
    )
    return Made(tutorial, results(judged))


def _form(ctx: ContentContext) -> str:
    """The document's skeleton: its title, the declared headings, in brackets what belongs under each."""
    size, language = ctx.learner.size, ctx.learner.language
    each = words_per_section(size)
    sections = [
        f"## {section.title(language)}\n[{HINTS[section.id]}; about {each} words]"
        for section in DECLARED[size]
    ]
    return data("\n\n".join([f"# {ctx.concept.name}", *sections]))


def _sources(ctx: ContentContext) -> str:
    lines = [f"{hit.title} ({hit.url}): {hit.snippet}" for hit in ctx.sources]
    return tagged("sources", numbered(lines))
