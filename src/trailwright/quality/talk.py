"""T3: scratchpad and talk about the writing itself, which has no place in a lesson. Pure.

Only phrases that a lesson never needs are looked for, outside of code and quotation marks, so that a lesson
about working as an AI researcher, or about prompts, passes. Every pattern is bounded: linear in the text.
"""

import re
from collections.abc import Iterator, Sequence

from trailwright.domain.findings import Finding
from trailwright.quality.judged import gate, quote
from trailwright.quality.markdown import Document

_AI = r"(?:ai|artificial intelligence)(?: (?:language )?(?:model|assistant|chatbot))?"
_WORK = r"(?:tutorial|lesson|section|markdown|response|answer|draft|article)"

_ANYWHERE: Sequence[str] = (
    r"</?(?:think|thinking|thought|scratchpad|reasoning|reflection|analysis)>",
    r"<\|[a-z_]{2,30}\|>",
    r"\[/?inst\]",
    rf"\bas an {_AI},? (?:i|my)\b",
    r"\bas a (?:large )?language model,? (?:i|my)\b",
    r"\bi(?:'m| am) (?:just |only )?an? (?:ai (?:language )?(?:model|assistant)|(?:large )?language model)\b",
    r"\bmy knowledge cut-?off\b",
    r"\[(?:insert|add|place)\b[^\[\]\n]{0,80}\](?!\()",
    r"\[[^\[\]\n]{0,200}\babout \d{2,4} words\]",
    r"作为(?:一个|一名|一款)?(?:ai|人工智能)(?:语言模型|助手|模型)?[,，]?\s?我",  # noqa: RUF001 - full-width signs are what such text has
    r"作为(?:一个|一种)?大?型?语言模型[,，]?\s?我",  # noqa: RUF001 - full-width signs are what such text has
    r"用户(?:希望|要求|想要|让)我",
    r"ai(?:言語モデル|アシスタント)?として、?私",
)
_AT_START: Sequence[str] = (
    rf"as an {_AI},",
    (
        r"(?:okay|ok|alright|sure|certainly|of course|absolutely)[,!.] "
        r"(?:here|let me|i(?:'ll| will)|the user|below)"
    ),
    rf"here(?:'s| is) (?:the|your|a) (?:[a-z-]{{1,20}} ){{0,4}}(?:tutorial|revised {_WORK}|markdown)\b",
    r"let me (?:first |now |start by )?(?:draft|rewrit|revis|re-?read|count the words|think step)",
    rf"let me (?:first |now )?(?:outline|plan|structure|write) (?:the|this|a|my) {_WORK}\b",
    (
        r"(?:now,? |first,? |so,? )?i(?:'ll| will|'m going to| need to| should| must) (?:now |first |also )?"
        rf"(?:write|draft|create|produce|generate|structure) (?:[a-z-]{{1,20}} ){{0,4}}{_WORK}\b"
    ),
    (
        r"the user (?:wants|asked|asks|is asking|has asked|requested|would like) "
        r"(?:me\b|(?:for )?a (?:tutorial|lesson))"
    ),
    rf"(?:i hope (?:this|that) (?:helps|{_WORK} )|would you like me to )",
    r"(?:total )?word count ?[:=]",
    r"(?:好的|当然|没问题)[,，!！。]\s?(?:以下|下面|这里|这是|我|让我)",  # noqa: RUF001 - full-width signs are what such text has
    r"让我(?:先|来)?(?:起草|草拟|构思|重写|打草稿|列个?提纲)",
    r"(?:以下|下面|这)是(?:为[你您])?[^。\n]{0,16}教程(?:正文|内容)?[:：]",  # noqa: RUF001 - full-width signs are what such text has
    r"(?:全文|总)?字数[:：]",  # noqa: RUF001 - full-width signs are what such text has
    r"como (?:una? )?(?:ia|inteligencia artificial|modelo de lenguaje),",
    r"como (?:uma? )?(?:ia|inteligência artificial|modelo de linguagem),",
    r"en tant qu(?:e |['\u2019])(?:ia|intelligence artificielle|modèle de langage),",
    r"als (?:ki(?:-(?:modell|assistent|sprachmodell))?|sprachmodell),? (?:kann|habe|bin) ich",
    r"как (?:ии|искусственный интеллект|языковая модель),",
)
_TRACE = re.compile("|".join(_ANYWHERE))
_TRACES = ("<", "[", "as an a", "language model", "an ai", "cut", "作为", "用户", "として")
"""One of these stands in whatever `_TRACE` finds: looking for them first costs next to nothing."""

_OPENING = re.compile("|".join(_AT_START))
_SENTENCE_END = re.compile("[.!?:\n。！？：](?:(?<=[.!?:])\\s+|(?<=[\n。！？：]))")  # noqa: RUF001 - Chinese marks
_CODE_SPAN = re.compile(r"(`{1,3})[^`\n]{1,400}\1")
_QUOTE = re.compile('["\u201c\u00ab\u300c]')
_QUOTED = re.compile(
    '"[^"\n]{1,300}"|\u201c[^\u201d\n]{1,300}\u201d|\u00ab[^\u00bb\n]{1,300}\u00bb|\u300c[^\u300d\n]{1,300}\u300d'
)


def check_t3(document: Document) -> list[Finding]:
    """T3 (gate): no scratchpad or meta talk ("let me draft", `<think>`, "as an AI"). Source: rubric, T3."""
    found = []
    for block in document.blocks:
        said = None if block.kind in {"fence", "code"} else _talk(block.text)
        if said is not None:
            message = f'"{quote(said, 80)}" talks about writing the text or is left over from it; take it out'
            found.append(gate("T3", f"line {block.line}", message))
    return found


def _talk(text: str) -> str | None:
    """The first phrase in `text` that a lesson never needs; lower case."""
    text = text.lower().replace("\u2019", "'")
    text = _CODE_SPAN.sub("``", text) if "`" in text else text
    text = _QUOTED.sub('""', text) if _QUOTE.search(text) else text
    if any(trace in text for trace in _TRACES) and (match := _TRACE.search(text)):
        return match.group()
    for sentence in _sentences(text):
        if match := _OPENING.match(sentence.lstrip(" \t>*_-#")):
            return match.group()
    return None


def _sentences(text: str) -> Iterator[str]:
    """Pieces that end with a mark, or with their line."""
    start = 0
    for end in _SENTENCE_END.finditer(text):
        yield text[start : end.start() + (text[end.start()] != "\n")]
        start = end.end()
    yield text[start:]
