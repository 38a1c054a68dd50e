"""The sections (H2) a tutorial must have, by size, and how to recognise them. Pure.

The prompt declares these titles and check T1 looks for them, so both read this file. Titles stand here in
English and Chinese; in any other language the model is asked to translate the English ones and only their
number can be checked. Body sections may be named after the topic.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trailwright.domain.preferences import Size

TARGET_WORDS: Mapping[Size, int] = {"mini": 400, "short": 700, "full": 1200}
"""Length of a tutorial in words, ± 40 % (quality T1)."""

LENGTH_TOLERANCE = 0.4


@dataclass(frozen=True)
class Section:
    """One declared H2. `body`: its heading may be anything, such as the topic's own name."""

    id: str
    en: str
    zh: str
    zh_hant: str
    words: re.Pattern[str]
    body: bool = False

    def title(self, language: str) -> str:
        """Its heading in `language` (BCP 47); English where there is no translation."""
        if not _is_chinese(language):
            return self.en
        return self.zh_hant if _is_traditional(language) else self.zh


def _section(ident: str, titles: tuple[str, str, str], words: str, *, body: bool = False) -> Section:
    en, zh, zh_hant = titles
    return Section(ident, en, zh, zh_hant, re.compile(words), body)


WHY = _section(
    "why",
    ("Why it matters", "为什么重要", "為什麼重要"),
    "why|matter|importan|motivat|purpose|benefit|introduc|overview|goal|background|relevan"
    "|为什么|为何|意义|重要|动机|目的|引言|介绍|简介|概述|背景|目标|為什麼|為何|意義|動機|介紹|簡介|目標",
)
IDEA = _section(
    "idea",
    ("The idea", "核心概念", "核心概念"),
    "idea|concept|basic|works|what |key |understand|explain|fundament|theor|princip"
    "|概念|原理|基础|理解|什么是|核心|知识|讲解|基礎|什麼是|知識|講解",
    body=True,
)
STEPS = _section(
    "steps",
    ("Step by step", "分步讲解", "分步講解"),
    "step|how to|process|method|procedure|guide|步骤|分步|方法|流程|如何|怎样|步驟|怎樣",
    body=True,
)
EXAMPLE = _section(
    "example",
    ("Worked example", "完整示例", "完整示例"),
    "example|worked|case|demo|walk.?through|sample|in action|scenario"
    "|示例|例子|案例|实例|范例|演示|举例|實例|範例|舉例",
)
PRACTICE = _section(
    "practice",
    ("Try it yourself", "动手练习", "動手練習"),
    "practi[cs]|try|exercise|your turn|hands.?on|apply|task|challenge|assignment|activit|do it"
    "|练习|实践|动手|试一试|试试|任务|挑战|作业|练一练|練習|實踐|動手|試一試|試試|任務|挑戰|作業",
)
MISTAKES = _section(
    "mistakes",
    ("Common mistakes", "常见错误", "常見錯誤"),
    "mistake|pitfall|error|avoid|wrong|trap|gotcha|trouble|problem|misconception|misunderst|watch out|caution"
    "|错误|误区|陷阱|问题|注意|避免|踩坑|误解|錯誤|誤區|問題|誤解",
)
QUESTIONS = _section(
    "questions",
    ("Check yourself", "自我检查", "自我檢查"),
    "check|question|quiz|test|self|reflect|review|think|检查|自测|思考|问题|提问|测验|复习|檢查|自測|問題|提問|測驗|複習",
)
SUMMARY = _section(
    "summary",
    ("Summary", "总结", "總結"),
    "summar|recap|conclu|take-?away|wrap|in short|key point|sum up|review|you learned|you have learned|final"
    "|总结|小结|结语|结论|要点|回顾|概要|總結|小結|結語|結論|要點|回顧",
)

DECLARED: Mapping[Size, tuple[Section, ...]] = {
    "mini": (IDEA, EXAMPLE, MISTAKES, SUMMARY),
    "short": (WHY, IDEA, EXAMPLE, PRACTICE, MISTAKES, SUMMARY),
    "full": (WHY, IDEA, STEPS, EXAMPLE, PRACTICE, MISTAKES, QUESTIONS, SUMMARY),
}


def titles(size: Size, language: str) -> list[str]:
    """The declared headings in order; in English where the language has none here (ask for a translation)."""
    return [section.title(language) for section in DECLARED[size]]


def knows_titles(language: str) -> bool:
    """Whether headings in `language` can be recognised: English and Chinese."""
    return _primary(language) == "en" or _is_chinese(language)


def words_per_section(size: Size) -> int:
    """About how many words each declared section should have."""
    return TARGET_WORDS[size] // len(DECLARED[size])


def length_band(size: Size) -> tuple[int, int]:
    """Fewest and most words of a tutorial, both allowed."""
    target = TARGET_WORDS[size]
    return round(target * (1 - LENGTH_TOLERANCE)), round(target * (1 + LENGTH_TOLERANCE))


def section_problems(headings: Sequence[str], size: Size, language: str) -> list[str]:
    """What is wrong with the H2 headings, in words a model can act on; empty when nothing is.

    Loose on purpose: a heading counts when one word of its kind is in it, one heading may serve two
    sections, extra ones are allowed.
    """
    declared = DECLARED[size]
    if len(headings) < len(declared) and not knows_titles(language):
        return [
            f"it has {len(headings)} sections (## headings), {len(declared)} are asked for: "
            + ", ".join(titles(size, language))
        ]
    if not knows_titles(language):
        return []
    folded = [heading.casefold() for heading in headings]
    return _missing_or_misplaced(folded, declared, language)


def _missing_or_misplaced(folded: list[str], declared: Sequence[Section], language: str) -> list[str]:
    problems: list[str] = []
    used: set[int] = set()
    position = 0
    for section in (s for s in declared if not s.body):
        places = [i for i, text in enumerate(folded) if section.words.search(text)]
        later = [i for i in places if i >= position]
        if later:
            position = later[0]
            used.add(position)
        else:
            fault = "comes too early" if places else "is missing"
            problems.append(f'the section "## {section.title(language)}" {fault}')
    bodies = [s for s in declared if s.body]
    free = [i for i, text in enumerate(folded) if i not in used or any(s.words.search(text) for s in bodies)]
    if len(free) < len(bodies):
        names = " and ".join(f'"## {s.title(language)}"' for s in bodies)
        problems.append(f"the section {names} is missing (it may be named after the topic)")
    return problems


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].casefold()


def _is_chinese(language: str) -> bool:
    return _primary(language) in {"zh", "cmn", "yue"}


def _is_traditional(language: str) -> bool:
    parts = {p.casefold() for p in language.replace("_", "-").split("-")[1:]}
    return "hant" in parts or ("hans" not in parts and bool(parts & {"tw", "hk", "mo"}))
