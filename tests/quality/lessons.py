"""A good short lesson in English and in Chinese, and ways to break it."""

from pathlib import Path

_TEXTS = Path(__file__).parent / "texts"

ENGLISH = (_TEXTS / "mini_en.md").read_text(encoding="utf-8")
CHINESE = (_TEXTS / "mini_zh.md").read_text(encoding="utf-8")


def without(text: str, heading: str) -> str:
    """The lesson without the section of that heading."""
    head, _, rest = text.partition(f"## {heading}\n")
    _, mark, tail = rest.partition("\n## ")
    return head + mark.lstrip("\n") + tail


def lengthened(text: str, words: int) -> str:
    """The lesson with so many words more, before its last paragraph."""
    head, _, last = text.rstrip().rpartition("\n\n")
    return f"{head}\n\n{'Wait and look again. ' * (words // 4)}\n\n{last}\n"
