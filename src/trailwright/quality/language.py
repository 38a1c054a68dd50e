"""Is this text in the learner's language? Judged from 40 letters on, never on less. Pure.

Scripts are counted first, which settles most languages; only where several languages share a script does
lingua (low accuracy mode: trigrams) decide among the expected language and those that models fall back to.
Under 100 letters trigrams err, so there only English where another language was asked for counts, and what is
surely not English. (High accuracy mode would settle it, for 300 MB and a second.) lingua is loaded at the
first text that needs it. Measured on one core of two: 0.35 ms of CPU a text of 400
characters, the script count alone 0.1 ms; the first text of the Latin script costs 80 ms and 25 MB once.
What lingua does not know is not judged beyond its script. Similar languages count as one.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import langcodes

from trailwright.domain.language_names import name_of
from trailwright.domain.sentences import Said, say
from trailwright.quality.words import count_letters

if TYPE_CHECKING:
    from lingua import LanguageDetector

MIN_LETTERS = 40
"""Joined text with fewer letters is not judged (quality R11, T6)."""

_UNKNOWN = ""

MAX_CHARS = 400
"""So many characters of the expected script are looked at."""

CLEAR_CHARS = 200
"""When so many are clearly in the right language, no more are looked at: half the CPU."""

_CLEAR = 0.9
_MIN_SHARE = 0.25
_SURE_FROM = 100
_SURE = 0.5
_DOUBT = 0.1
_DOUBT_SHORT = 1e-12
_MIN_KANA = 0.08
_MAX_KANA = 0.5

_SCRIPTS: Mapping[str, str] = {
    "Latn": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff\uff21-\uff5a",
    "Cyrl": "\u0400-\u052f",
    "Grek": "\u0370-\u03ff\u1f00-\u1fff",
    "Arab": "\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "Hebr": "\u05d0-\u05f2",
    "Armn": "\u0531-\u0587",
    "Geor": "\u10a0-\u10ff\u1c90-\u1cbf",
    "Deva": "\u0900-\u097f",
    "Beng": "\u0980-\u09ff",
    "Guru": "\u0a00-\u0a7f",
    "Gujr": "\u0a80-\u0aff",
    "Orya": "\u0b00-\u0b7f",
    "Taml": "\u0b80-\u0bff",
    "Telu": "\u0c00-\u0c7f",
    "Knda": "\u0c80-\u0cff",
    "Mlym": "\u0d00-\u0d7f",
    "Sinh": "\u0d80-\u0dff",
    "Thai": "\u0e00-\u0e7f",
    "Laoo": "\u0e80-\u0eff",
    "Tibt": "\u0f00-\u0fff",
    "Mymr": "\u1000-\u109f",
    "Ethi": "\u1200-\u139f",
    "Khmr": "\u1780-\u17ff",
    "Hang": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "Kana": "\u3041-\u30ff\uff66-\uff9f",
    "Hani": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
}
_PATTERNS = {name: re.compile(f"[{chars}]") for name, chars in _SCRIPTS.items()}
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_RUNS = {name: re.compile(f"[{chars}]+") for name, chars in _SCRIPTS.items()}

_WEIGHTS: Mapping[str, float] = {"Hani": 3, "Hang": 2, "Kana": 1.5}
"""How many letters of an alphabet one character stands for."""

_MIXED: Mapping[str, tuple[str, ...]] = {
    "Jpan": ("Kana", "Hani"),
    "Hans": ("Hani", "Kana"),
    "Hant": ("Hani", "Kana"),
    "Kore": ("Hang", "Hani"),
}
_ALSO: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    ("az", "bs", "crh", "ha", "kk", "ku", "ky", "mn", "ms", "sr", "sh", "tg", "tk", "ug", "uz"),
    ("Latn", "Cyrl", "Arab"),
)
_ENGLISH = frozenset(
    ["the", "and", "of", "to", "is", "are", "you", "your", "it", "that", "with", "for", "when", "this"]
)
_LITTLE_KINDS = 4
_LITTLE_SHARE = 0.15

_TWO_SCRIPTS = {"sr", "sh"}

_LESS_OFTEN = ("sv", "da", "fi", "cs", "hu", "ro", "tr", "id", "vi")
_FALLBACKS: Mapping[str, tuple[str, ...]] = {
    "Latn": ("en", "de", "fr", "es", "it", "pt", "nl", "pl", *_LESS_OFTEN),
    "Cyrl": ("ru", "uk", "bg"),
    "Arab": ("ar", "fa", "ur"),
    "Deva": ("hi", "mr"),
}
"""Languages in which models answer when they do not answer in the one asked for, by script."""

_ALIKE: tuple[tuple[str, ...], ...] = (
    ("pt", "gl"),
    ("no", "nb", "nn", "da", "sv"),
    ("hr", "bs", "sr", "sh"),
    ("id", "ms"),
    ("cs", "sk"),
    ("nl", "af", "fy"),
    ("bg", "mk"),
    ("tr", "az"),
    ("tl", "fil"),
    ("zu", "xh"),
    ("tn", "st"),
    ("hi", "ne"),
    ("de", "lb"),
    ("fa", "prs"),
)
_FINE_TOO: Mapping[str, tuple[str, ...]] = {"gl": ("pt", "es"), "oc": ("ca", "fr", "es"), "an": ("es",)}


def language_problem(text: str, language: str) -> str | None:
    """What is wrong with the language of `text`, in words; None when nothing is, or it cannot be told.

    `language` is a BCP 47 tag; regions and scripts of one language count as one.
    """
    found = _another(text, language)
    if found is None:
        return None
    looks_like = f"; it looks like {name_of(found)}" if found else ""
    return f"it is not written in {name_of(language)}{looks_like}"


def wrong_language(text: str, language: str) -> Said | None:
    """The same with what to do, as a sentence."""
    found = _another(text, language)
    if found:
        return say("in_another_language", language=language, found=found)
    return None if found is None else say("not_in_language", language=language)


def not_judged(language: str) -> Said:
    """Why texts in `language` are not looked at."""
    return say("language_not_judged", language=language)


def _another(text: str, language: str) -> str | None:
    """The language that `text` is in instead, empty when that is not known; None when nothing is wrong."""
    text = text[: 20 * MAX_CHARS]
    if count_letters(text) < MIN_LETTERS:
        return None
    scripts = expected_scripts(language)
    if not scripts:
        return None
    counts = _counts(text)
    wrong = _wrong_script(counts, scripts, language)
    if wrong is not None:
        return wrong
    main = max(scripts, key=lambda s: counts.get(s, 0))
    usual = main == scripts[0] or primary(language) in _TWO_SCRIPTS
    return _wrong_language(text, main, language) if main in _FALLBACKS and usual else None


def can_judge(language: str) -> bool:
    """Whether texts in `language` can be told from others that share its script."""
    scripts = expected_scripts(language)
    return bool(scripts) and (scripts[0] not in _FALLBACKS or bool(_accepted(primary(language))))


def primary(language: str) -> str:
    """The language without script and region: `zh` of `zh-Hant-TW`, `no` of `nb`."""
    tag = language.replace("_", "-").split("-", maxsplit=1)[0].casefold()
    return {"nb": "no", "nn": "no", "cmn": "zh", "yue": "zh", "fil": "tl", "iw": "he", "in": "id"}.get(
        tag, tag
    )


@lru_cache(maxsize=256)
def expected_scripts(language: str) -> tuple[str, ...]:
    """Scripts that `language` is written in, the usual one first; empty where that is not known."""
    try:
        script = langcodes.Language.get(language).maximize().script
    except ValueError:
        return ()
    if script is None or (script not in _MIXED and script not in _SCRIPTS):
        return ()
    return tuple(dict.fromkeys((*_MIXED.get(script, (script,)), *_ALSO.get(primary(language), ()))))


def _counts(text: str) -> dict[str, float]:
    """Weighted letters of each script that occurs."""
    left = "".join(_BEYOND_ASCII.findall(text))
    plain = count_letters(text) - count_letters(left)
    counts: dict[str, float] = {"Latn": float(plain)} if plain else {}
    for name, pattern in _PATTERNS.items():
        left, n = pattern.subn("", left)
        if n:
            counts[name] = counts.get(name, 0) + n * _WEIGHTS.get(name, 1)
        if not left:
            break
    return counts


def _wrong_script(counts: Mapping[str, float], scripts: tuple[str, ...], language: str) -> str | None:
    total = sum(counts.values())
    share = sum(counts.get(s, 0) for s in scripts) / total if total else 1.0
    kana, hani = counts.get("Kana", 0) / _WEIGHTS["Kana"], counts.get("Hani", 0) / _WEIGHTS["Hani"]
    kana_share = kana / (kana + hani) if kana + hani else 0.0
    who = primary(language)
    if share < _MIN_SHARE:
        return _UNKNOWN
    if who == "ja" and kana_share < _MIN_KANA:
        return "zh"
    if who == "zh" and kana_share > _MAX_KANA:
        return "ja"
    if who == "ko" and not counts.get("Hang"):
        return _UNKNOWN
    return None


def _wrong_language(text: str, script: str, language: str) -> str | None:
    accepted = _accepted(primary(language))
    if not accepted:
        return None
    sample = _sample(text, script)
    letters = count_letters(sample)
    if letters < MIN_LETTERS or ("en" in accepted and _plainly_english(sample)):
        return None
    rivals, doubt = _FALLBACKS[script], _DOUBT
    if letters < _SURE_FROM and script == "Latn" and "en" not in accepted:
        rivals = ("en",)
    elif letters < _SURE_FROM:
        doubt = _DOUBT_SHORT
    best, trust = _weigh(sample[:CLEAR_CHARS], accepted, rivals)
    if len(sample) > CLEAR_CHARS and (best not in accepted or trust < _CLEAR):
        best, trust = _weigh(sample, accepted, rivals)
    return best if trust < doubt else None


def _sample(text: str, script: str) -> str:
    """The first words in `script`, so many that they are `MAX_CHARS` long."""
    words: list[str] = []
    left = MAX_CHARS
    for run in _RUNS[script].finditer(text):
        words.append(run.group())
        left -= len(words[-1]) + 1
        if left < 0:
            break
    return " ".join(words)[:MAX_CHARS]


def _plainly_english(sample: str) -> bool:
    """Whether its little words say so; then lingua need not be asked, nor loaded."""
    words = sample.casefold().split()
    little = [word for word in words if word in _ENGLISH]
    return len(set(little)) >= _LITTLE_KINDS and len(little) >= _LITTLE_SHARE * len(words)


def _weigh(sample: str, accepted: tuple[str, ...], rivals: tuple[str, ...]) -> tuple[str, float]:
    """The likeliest language's code, and how much confidence (0-1) the accepted ones have together.

    Full trust when no language is likelier than all others together.
    """
    values = _detector(accepted, rivals).compute_language_confidence_values(sample)
    scores = {v.language.iso_code_639_1.name.casefold(): v.value for v in values}
    best = max(scores, key=scores.__getitem__)
    trust = sum(scores.get(code, 0.0) for code in accepted)
    return best, trust if scores[best] >= _SURE else 1.0


@lru_cache(maxsize=256)
def _accepted(who: str) -> tuple[str, ...]:
    """Codes, in lingua, of what passes as language `who`; empty when it knows none."""
    alike = next((group for group in _ALIKE if who in group), (who,))
    wanted = dict.fromkeys("nb" if c == "no" else c for c in (who, *alike, *_FINE_TOO.get(who, ())))
    return tuple(code for code in wanted if code in _known_codes())


@lru_cache(maxsize=1)
def _known_codes() -> frozenset[str]:
    from lingua import Language  # noqa: PLC0415 - loaded at the first text that needs it

    return frozenset(language.iso_code_639_1.name.casefold() for language in Language.all())


@lru_cache(maxsize=128)
def _detector(accepted: tuple[str, ...], rivals: tuple[str, ...]) -> "LanguageDetector":
    from lingua import IsoCode639_1, LanguageDetectorBuilder  # noqa: PLC0415 - as above

    codes = dict.fromkeys((*accepted, *rivals))
    builder = LanguageDetectorBuilder.from_iso_codes_639_1(*(getattr(IsoCode639_1, c.upper()) for c in codes))
    return builder.with_low_accuracy_mode().build()
