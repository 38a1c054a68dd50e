"""Searches worth making, and the choice among search results. Pure."""

import re
from random import Random
from typing import Any

from trailwright.llm.simulated.brief import Brief, items
from trailwright.llm.simulated.phrases import cut
from trailwright.llm.simulated.quizzes import lesson_name

Json = dict[str, Any]

QUERY_CHARS = 120
WHY_CHARS = 160
TEXT_CHARS = 200
TYPES = ("article", "course", "video", "book", "documentation")
BEST = 95
STEP = 5


def suggestions(brief: Brief, rng: Random) -> Json:
    """As many searches as the schema allows."""
    say = brief.say
    _, most = items(brief, "suggestions", (2, 5))
    lesson = lesson_name(brief).partition(" (")[0].replace(":", "")
    chosen = rng.sample(range(len(say["queries"])), min(most, len(say["queries"])))
    return {
        "suggestions": [
            {
                "query": cut(say["queries"][i].format(t=f"{brief.topic} {lesson}"), QUERY_CHARS),
                "type": TYPES[i],
                "why": cut(say["reasons"][i], WHY_CHARS),
            }
            for i in chosen
        ]
    }


def picks(brief: Brief, _rng: Random) -> Json:
    """The results in their order, as many as may be offered."""
    _, most = items(brief, "picks", (1, 8))
    results = re.findall(r"^(\d+)\. ", brief.block("results"), re.MULTILINE)
    return {
        "picks": [
            {
                "index": int(number),
                "type": TYPES[0],
                "description": cut(brief.say["pick"], TEXT_CHARS),
                "relevance": BEST - STEP * place,
            }
            for place, number in enumerate(results[:most])
        ]
    }
