"""Quizzes whose questions differ from all others of the roadmap. Pure.

A stem has four parts: who and when, what is asked, and two things it is about. Which parts a question takes
follows from its concept's place among all concepts a roadmap can have (`_place`): with place i and question
k, who and when are number 73 i + 13 k of 10 x 9, what is asked is number 7 i + 2 k of 9, the things are pair
4 i + 44 k of 66. So no two questions of a roadmap share the first three, and those of one concept differ in
both when and what. The factors were found by trying: of 41,000 pairs of stems of 36 concepts 0 to 3 have a
token-set ratio of 85 or more (Q3), by language.
"""

import re
from itertools import combinations
from random import Random
from typing import Any

from trailwright.llm.simulated.brief import Brief, items
from trailwright.llm.simulated.chance import chance
from trailwright.llm.simulated.phrases import cut

Json = dict[str, Any]

STEM_CHARS = 240
PHRASE_CHARS = 120
EXPLANATION_CHARS = 360
NAME_CHARS = 80
CASES = 90
QUESTIONS = (5, 7)
MULTIPLE, TRUE_FALSE, SINGLE = "multiple_choice", "true_false", "single_choice"
KINDS = (SINGLE, MULTIPLE, SINGLE, TRUE_FALSE, SINGLE, MULTIPLE, SINGLE, SINGLE)
DIFFICULTIES = ("easy", "medium", "medium", "hard")
WRONG = 3

_LESSON = re.compile(r'one lesson: "(.*?)"\.')


def lesson_name(brief: Brief) -> str:
    """The concept that the prompt is about."""
    found = _LESSON.search(brief.text)
    return found.group(1) if found else brief.topic


def quiz(brief: Brief, rng: Random) -> Json:
    """As many questions as the schema allows, of the kinds it allows."""
    return _Quiz(brief, rng).answer()


class _Quiz:
    def __init__(self, brief: Brief, rng: Random) -> None:
        self._brief = brief
        self._say = brief.say
        self._rng = rng
        self._name = cut(lesson_name(brief), NAME_CHARS)
        self._place = _place(brief, self._name)
        self._good = rng.sample(self._say["good"], len(self._say["good"]))

    def answer(self) -> Json:
        fewest, most = items(self._brief, "questions", QUESTIONS)
        properties = self._brief.asked.schema.get("properties", {}).get("questions", {}).get("items", {})
        allowed = properties.get("properties", {}).get("kind", {}).get("enum", KINDS)
        kinds = [kind if kind in allowed else SINGLE for kind in KINDS]
        return {"questions": [self._question(k, kinds[k]) for k in range(min(max(most, fewest), len(KINDS)))]}

    def _question(self, number: int, kind: str) -> Json:
        keys = [self._good.pop() for _ in range(2 if kind == MULTIPLE else 1)]
        if kind == TRUE_FALSE:
            question, right, wrong, explanation = self._statement(number, keys[0])
        else:
            asks = self._say["ask"]
            ask = asks[(7 * self._place + 2 * number) % len(asks)]
            question, right, wrong = self._stem(number, ask), keys, self._wrong(keys)
            explanation = self._explained(number, "; ".join(keys))
        return {
            "kind": kind,
            "question": question,
            "right": right,
            "wrong": wrong,
            "explanation": cut(explanation, EXPLANATION_CHARS),
            "difficulty": DIFFICULTIES[number % len(DIFFICULTIES)],
        }

    def _statement(self, number: int, good: str) -> tuple[str, list[str], list[Json], str]:
        """Whether a piece of advice is sound; a bad one is explained by the good one against it."""
        say = self._say
        index = self._rng.randrange(len(say["bad"]))
        sound = self._rng.random() < 0.5  # noqa: PLR2004 - as often true as false
        statement = good if sound else say["bad"][index]
        answers = (say["true"], say["false"]) if sound else (say["false"], say["true"])
        explanation = self._explained(number, good)
        question = self._stem(number, say["holds"], statement)
        because = say["because"][index]
        wrong = [{"text": text, "misconception": because} for text in (answers[1], say["bad"][index - 1])]
        return question, [answers[0]], wrong, explanation if sound else f"{because} {explanation}"

    def _stem(self, number: int, question: str, statement: str = "") -> str:
        """Who, when, what and the things; what makes it too long is left out: the things first."""
        say = self._say
        pairs = list(combinations(say["things"], 2))
        things = " / ".join(pairs[(4 * self._place + 44 * number) % len(pairs)])
        who, when = divmod((73 * self._place + 13 * number) % CASES, len(say["when"]))
        about = self._name.partition(" (")[0]
        short = question.format(c=about, s=statement)
        full = question.format(c=f"{about} ({things})", s=statement)
        stems = [say["case"].format(a=say["who"][who], b=say["when"][when], q=q) for q in (full, short)]
        return next((stem for stem in stems if len(stem) <= STEM_CHARS), cut(short, STEM_CHARS))

    def _wrong(self, keys: list[str]) -> list[Json]:
        """Distractors, one of which is no shorter than the longest key where there is such a one."""
        bad = self._say["bad"]
        chosen = self._rng.sample(range(len(bad)), WRONG)
        longest = max(map(len, keys))
        if all(len(bad[i]) < longest for i in chosen):
            chosen[0] = max((i for i in range(len(bad)) if i not in chosen[1:]), key=lambda i: len(bad[i]))
        return [{"text": bad[i], "misconception": self._say["because"][i]} for i in chosen]

    def _explained(self, number: int, key: str) -> str:
        return self._say["explain"][number % len(self._say["explain"])].format(k=key)


def _place(brief: Brief, name: str) -> int:
    """Where the concept stands among all that a roadmap can have; by chance when its name is not ours.

    Shifted by the goal, and once more by each re-ask, so that another try asks other questions.
    """
    objects, angles = brief.say["objects"], brief.say["angles"]
    base = chance("quiz", brief.goal).randrange(CASES) + len(brief.asked.turns)
    for o, thing in enumerate(objects):
        for a, angle in enumerate(angles):
            if name.startswith(thing) and angle in name:
                return base + o * len(angles) + a
    return base + chance("quiz", name).randrange(CASES)
