"""Answers that count on their place among the others ("all of the above"), in many languages. Data. Pure."""

import re
from functools import lru_cache

_WHAT = r"(?: (?:answers|options|choices|statements))"
_LETTER = r"(?:\([A-Ea-e]\)|[A-E]\b|[a-e](?=[.,)]|$))"

_ENGLISH = (
    (
        r"\b(?i:(?:all|none|any|both|some|each|two|either|neither|everything|nothing)"
        rf"(?: one)?(?: of)?(?: the)?{_WHAT}? (?:above|below|previous|preceding|foregoing|listed))\b"
    ),
    rf"\b(?i:both) {_LETTER}\W{{0,3}} ?(?i:and|&) {_LETTER}",
    rf"\b(?i:neither) {_LETTER} (?i:nor) {_LETTER}",
)
_AT_START = (
    rf"(?i:(?:all|none|both|any|either|neither|two) of (?:these|them|those){_WHAT}?)\W*$",
    rf"(?i:(?:both|all|none|neither)(?: of)?(?: the)?{_WHAT})\b",
    rf"(?i:only )?{_LETTER}(?:, {_LETTER}){{0,3}},? (?i:and|or|&) {_LETTER}(?i: only| are correct)?\W*$",
    r"[IVX]{1,4}(?:, [IVX]{1,4}){0,3},? (?:and|or|&) [IVX]{1,4}(?: only)?\W*$",
)
_EAST_ASIAN = (
    r"^\s*(?:以上|上述)(?:都|皆|全|均|所有|各|选项|選項|答案|说法|說法|两|兩|三)",
    r"^\s*(?:都|全|均|皆)(?:不|没有?)?(?:对|對|是|正确|正確|错|錯)\W*$",
    r"[A-E]\s?[和与與及、]\s?[A-E](?![A-Za-z])",
    r"前(?:两|兩|三|几|幾|面)(?:项|項|个选项|個選項|者)",
    r"^\s*(?:两者|兩者|二者|三者)(?:都|皆|均)",
    r"上記の?(?:すべて|全て|どれ|いずれ)|以上の?(?:すべて|全て)",
    r"위의? ?(?:모두|모든|어느)",
)
_OTHERS = (
    r"(?i:\b(?:todas|ninguna|todos|ninguno|cualquiera) (?:de )?(?:las|los) (?:\w{1,20} )?anteriores\b)",
    r"(?i:\b(?:todas|nenhuma|todos|nenhum) (?:das |dos |as |os )?(?:\w{1,20} )?(?:anteriores|acima)\b)",
    r"(?i:\b(?:toutes|aucune|tous|aucun)\b.{0,30}\b(?:ci-dessus|précédent\w{0,3}))",
    r"(?i:\b(?:alles?|keine?s?|beides?|nichts)\b.{0,16}\b(?:oben|obigen?|genannten?|davon)\b)",
    r"(?i:\b(?:tutte|nessuna|tutti|nessuno)\b.{0,20}\b(?:precedenti|sopra)\b)",
    r"(?i:выше(?:перечисленн|указанн|упомянут))",
    r"(?i:\b(?:alle|geen)\b.{0,20}\bbovenstaande)",
    r"(?i:\bpowyższych\b)",
    r"(?i:\byukar\u0131dakilerin\b)",
    r"(?i:\bsemua (?:jawaban )?(?:di atas|benar)\b)",
    r"(?i:\btất cả (?:các )?(?:đáp án )?(?:ở )?(?:trên|đều đúng))",
    r"उपरोक्त|उपर्युक्त",
    r"(?:جميع|كل|لا شيء)(?: ما| مما)? (?:سبق|ذكر)",
)
_IN_ENGLISH = re.compile("|".join(_ENGLISH))
_OPENING = re.compile(rf"\W*(?:{'|'.join(_AT_START)})")
_IN_EAST_ASIA = re.compile("|".join(_EAST_ASIAN))
_ELSEWHERE = re.compile("|".join(_OTHERS))
_MARKS_ENGLISH = ("above", "below", "previous", "preceding", "foregoing", "listed", "both", "neither")
_MARKS_ELSEWHERE = (
    *("anteriores", "acima", "ci-dessus", "précédent", "oben", "obig", "genannt", "davon", "precedenti"),
    *("sopra", "выше", "bovenstaande", "powyższych", "yukar", "semua", "tất cả", "उप", "سبق", "ذكر"),
)
"""One of these stands in whatever the pattern finds: looking for them first is a tenth of the work."""

NAMES_OPTION = re.compile(
    r"\b(?i:(?:options?|choices?|alternatives?)(?: is| are)?):? \(?[A-E]\b"
    r"|\b(?i:answers?(?: is| are)?):? \(?(?:[B-E]\b|A\b(?! [a-z])|A\b(?= (?:is|and|because|since|as)\b))"
    r"|\b(?i:the (?:first|second|third|fourth|fifth|last) (?:option|answer|choice|alternative))\b"
    r"|(?:选项|選項|答案)(?:是|为|為)?[:：]?\s?[A-E](?![A-Za-z])"  # noqa: RUF001 - Chinese colon
    r"|第[一二三四五](?:个|個)?(?:选项|選項|项|項)"
)
"""An option named by letter or number; after shuffling it would be another one."""


@lru_cache(maxsize=1024)
def is_positional(option: str) -> bool:
    """Whether an option's text only makes sense beside the others, in their order."""
    low = option.casefold()
    return bool(
        _OPENING.match(option)
        or (any(mark in low for mark in _MARKS_ENGLISH) and _IN_ENGLISH.search(option))
        or (not option.isascii() and _IN_EAST_ASIA.search(option))
        or (any(mark in low for mark in _MARKS_ELSEWHERE) and _ELSEWHERE.search(option))
        or NAMES_OPTION.search(option)
    )
