"""A trigram over words, with absolute discounting, small enough to be drawn as one graph.

The sentences give one, two and three-word histories; general words, which no sentence has, share a part of
the one-word distribution, so that unknown text is at least approximated. Every history keeps a floor of
back-off mass: templates are not the world. (Ney, Essen, Kneser 1994: absolute discounting, interpolated.)
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log

BEGIN, END = "<s>", "</s>"
History = tuple[str, ...]

_DISCOUNT = 0.6
_BACKOFF_FLOOR = {1: 0.2, 2: 0.15}
_GENERAL_SHARE = 0.3
_GENERAL_POWER = 0.6  # flattens the frequencies of general words, which come from newspapers; guessed
_HISTORY_SEEN = 3  # a two-word history seen less often is not worth its size
_WORTH = 0.45  # natural logarithm: a trigram is kept if it differs this much from what the back-off gives


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Costs (negative natural logarithms) for each history: of each next word, of backing off, of the end."""

    next_words: dict[History, dict[str, float]]
    backoff: dict[History, float]
    end: dict[History, float]

    def after(self, history: History, word: str) -> History:
        """Return the longest history the model keeps once `word` has followed `history`."""
        longest = (*history, word)[-2:]
        if longest in self.next_words:
            return longest
        return longest[-1:] if longest[-1:] in self.next_words else ()


def estimate(sentences: Iterable[tuple[list[str], float]], general: Iterable[tuple[str, float]]) -> LanguageModel:
    """Return the model of weighted sentences (lists of words), with general words as a fallback."""
    counts: defaultdict[History, Counter[str]] = defaultdict(Counter)
    for words, weight in sentences:
        padded = [BEGIN, *words, END]
        for index in range(1, len(padded)):
            for order in range(3):
                if index >= order:
                    history = tuple(padded[index - order : index])
                    counts[history][padded[index]] += weight  # type: ignore[assignment]
    unigram = _unigram(counts[()], general)
    bigram = {
        history: _interpolated(follow, unigram, _BACKOFF_FLOOR[1])
        for history, follow in counts.items()
        if len(history) == 1
    }
    probabilities: dict[History, dict[str, float]] = {(): unigram}
    backoff: dict[History, float] = {}
    for history, (explicit, mass) in bigram.items():
        probabilities[history], backoff[history] = explicit, mass
    for history, follow in counts.items():
        if len(history) == 2 and follow.total() >= _HISTORY_SEEN:
            lower = _Lower(*bigram[history[1:]], unigram)
            explicit, mass = _interpolated(follow, lower, _BACKOFF_FLOOR[2])
            kept = {
                word: probability
                for word, probability in explicit.items()
                if word == END or abs(log(probability / (mass * lower[word]))) > _WORTH
            }
            if kept:
                probabilities[history], backoff[history] = kept, mass
    end_anywhere = unigram.get(END, 1e-3)
    return LanguageModel(
        {
            history: {word: -log(p) for word, p in follow.items() if word != END}
            for history, follow in probabilities.items()
        },
        {history: -log(mass) for history, mass in backoff.items()},
        {history: -log(max(follow.get(END, 0.0), end_anywhere * 0.2)) for history, follow in probabilities.items()},
    )


class _Lower(dict[str, float]):
    """Probabilities after the shorter history, backing off to the unigram for words it has not seen."""

    def __init__(self, explicit: dict[str, float], mass: float, unigram: dict[str, float]) -> None:
        super().__init__(explicit)
        self._mass, self._unigram = mass, unigram

    def __missing__(self, word: str) -> float:
        return self._mass * self._unigram[word]


def _interpolated(follow: Counter[str], lower: dict[str, float], floor: float) -> tuple[dict[str, float], float]:
    """Return the probabilities of the words seen, and the mass left for backing off."""
    total = follow.total()
    mass = sum(min(_DISCOUNT, count) for count in follow.values()) / total
    scale = 1.0
    if mass < floor:
        scale, mass = (1 - floor) / (1 - mass), floor
    explicit = {
        word: scale * max(count - _DISCOUNT, 0.0) / total + mass * lower[word] for word, count in follow.items()
    }
    return explicit, mass


def _unigram(seen: Counter[str], general: Iterable[tuple[str, float]]) -> dict[str, float]:
    flattened = {word: frequency**_GENERAL_POWER for word, frequency in general}
    total, general_total = seen.total(), sum(flattened.values())
    share = _GENERAL_SHARE if flattened else 0.0
    unigram = {word: share * value / general_total for word, value in flattened.items()}
    for word, count in seen.items():
        if word != BEGIN:
            unigram[word] = unigram.get(word, 0.0) + (1 - share) * count / total
    return unigram
