"""What was asked before, of a quiz and of all quizzes of a roadmap. Pure."""

from collections import Counter
from collections.abc import Iterable

from rapidfuzz import fuzz, process

SAME_STEM = 85
"""Token-set ratio, 0-100, from which two stems ask the same (Q3)."""

_MANY_WORDS = 6
_SHARE_OF_NEAR = 3


class Asked:
    """Stems, all as `words.tokens`, in the order they came; finds the one that another nearly repeats.

    A roadmap has hundreds of stems, and a ratio costs 5 microseconds: stems of six words and more that share
    less than a third of their letters in whole words are not near, and are not measured.
    """

    def __init__(self, stems: Iterable[str] = ()) -> None:
        self.stems: list[str] = []
        self._letters: list[int] = []
        self._short: list[int] = []
        self._with: dict[str, list[int]] = {}
        for stem in stems:
            self.add(stem)

    def add(self, stem: str) -> None:
        """It was asked too."""
        place, words = len(self.stems), set(stem.split())
        self.stems.append(stem)
        self._letters.append(sum(map(len, words)))
        if len(words) < _MANY_WORDS:
            self._short.append(place)
        for word in words:
            self._with.setdefault(word, []).append(place)

    def near(self, stem: str) -> int | None:
        """Place of the stem that `stem` repeats nearest; None when none is near."""
        likely = self._likely(set(stem.split()))
        texts = [self.stems[place] for place in likely]
        found = process.extractOne(stem, texts, scorer=fuzz.token_set_ratio, score_cutoff=SAME_STEM)
        return likely[found[2]] if stem and found is not None else None

    def _likely(self, words: set[str]) -> list[int]:
        if len(words) < _MANY_WORDS:
            return list(range(len(self.stems)))
        letters = sum(map(len, words))
        shared: Counter[int] = Counter()
        for word in words:
            for place in self._with.get(word, ()):
                shared[place] += len(word)
        enough = {
            place
            for place, count in shared.items()
            if _SHARE_OF_NEAR * count >= min(letters, self._letters[place])
        }
        return sorted(enough.union(self._short))
