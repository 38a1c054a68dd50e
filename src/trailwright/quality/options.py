"""When two options are the same answer (Q2). Pure."""

import re
import unicodedata
from functools import lru_cache

_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:[,\u00a0\u202f']\d{3})+(?![\w,])")
_DECIMAL_COMMA = re.compile(r"(?<![\w.,])(\d+),(\d{1,2})(?![\w,])")
_TRAILING_ZEROS = re.compile(r"(?<![\w.,])(\d+)\.(\d*?)0+(?![\w.])")
_LEADING_ZEROS = re.compile(r"(?<![\w.,])0+(?=\d)")
_SENTENCE_MARKS = re.compile(
    "[,;:!?\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb\u2026\u3001\u3002\u300a-\u300d]+|\\.(?!\\d)|(?<=\\w)-(?=[^\\W\\d])"
)
_NUMBER_WORDS = {
    word: str(number)
    for number, words in enumerate(
        (
            "zero 零 \u3007",
            "one 一",
            "two 二 两",
            "three 三",
            "four 四",
            "five 五",
            "six 六",
            "seven 七",
            "eight 八",
            "nine 九",
            "ten 十",
            "eleven 十一",
            "twelve 十二",
        )
    )
    for word in words.split()
}


@lru_cache(maxsize=1024)
def same_answer(option: str) -> str:
    """What two options must differ in: case, sentence marks, white space and the form of numbers taken off.

    `1,000`, `1000` and `1000.0` are one, `Three` and `3` too. Signs that carry meaning in code and formulas
    stay, so that `a[0]` and `a(0)`, `x < y` and `x > y`, `-5` and `5` differ.
    """
    text = unicodedata.normalize("NFKC", option).casefold()
    text = _THOUSANDS.sub(lambda m: re.sub(r"\D", "", m.group()), text)
    text = _DECIMAL_COMMA.sub(r"\1.\2", text)
    text = _TRAILING_ZEROS.sub(lambda m: f"{m.group(1)}.{m.group(2)}".rstrip("."), text)
    text = _LEADING_ZEROS.sub("", text)
    words = _SENTENCE_MARKS.sub(" ", text).split()
    same = " ".join(_NUMBER_WORDS.get(word, word) for word in words)
    return same or option.strip()
