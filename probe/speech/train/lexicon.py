"""From text to words, and from words to phones as espeak-ng says them.

Nothing here knows Mandarin phonology: espeak-ng is asked how it reads a sentence, its phones are cut into
one syllable a hanzi, and the words' readings are counted. So every reading that is trained on, with its tone
changes, is in the lexicon.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import jieba
from pypinyin import Style, pinyin

from probe.speech import chinese, espeak, mandarin

SILENCE = "SIL"
NONSPEECH = "NSN"
_TONES = {"55": "1", "35": "2", "214": "3", "21": "3", "51": "4", "53": "4", "11": "5"}
_PHONE = re.compile(r"^(.*?)(55|35|214|21|51|53|11)?$")
_CLAUSE_END = re.compile(r"[^0-9A-Za-z\u3400-\u9fff]+")
_FIGURES = re.compile(r"^[零一二三四五六七八九十百千万亿两幺点]{2,}$")
# Counted things, which jieba takes for words: 两分钟 is 两 and 分钟, so that every number goes with every unit.
_COUNTED = re.compile(
    r"^([零一二三四五六七八九十百千万亿两]+)(分钟|小时|秒钟?|[元位个天月日号点年次名层楼岁条项块角折倍周分])$"
)
_ALONE = 100  # words read at a time
_ATTACHED = re.compile(r"[a-z]+|.")


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone with its tone (`iA4`), its espeak name, and whether it carries a syllable's tone."""

    name: str
    espeak_name: str
    toned: bool


class Segmenter:
    """Cuts text into clauses and clauses into words."""

    def __init__(self, own_words: Iterable[str]) -> None:
        """Make jieba's dictionary one of `own_words` as well."""
        jieba.setLogLevel(60)
        self._jieba = jieba.Tokenizer()
        self._jieba.initialize()
        for word in own_words:
            self._jieba.add_word(word)

    def clauses(self, text: str) -> list[list[str]]:
        """Return the words of each clause; numbers are cut into figures, Latin is lower-case."""
        clauses = (_CLAUSE_END.sub("", part) for part in _CLAUSE_END.split(chinese.spoken(text)))
        return [self._words(clause.lower()) for clause in clauses if clause]

    def general_words(self, count: int, hanzi_count: int) -> list[tuple[str, int]]:
        """Return jieba's most frequent words of two to four hanzi, and the most frequent hanzi, with frequencies."""
        hanzi: Counter[str] = Counter()
        words: list[tuple[str, int]] = []
        for word, frequency in self._jieba.FREQ.items():
            if (
                frequency > 2
                and re.fullmatch(r"[\u4e00-\u9fff]{1,4}", word)
                and not _FIGURES.match(word)
                and not _COUNTED.match(word)
            ):
                hanzi.update(dict.fromkeys(word, frequency))
                if len(word) > 1:
                    words.append((word, frequency))
        words.sort(key=lambda pair: (-pair[1], pair[0]))
        return words[:count] + sorted(hanzi.most_common(hanzi_count))

    def _words(self, clause: str) -> list[str]:
        words: list[str] = []
        for word in self._jieba.cut(clause, HMM=False):
            counted = _COUNTED.match(word)
            if counted:
                words += [*counted[1], counted[2]]
            else:
                words += list(word) if _FIGURES.match(word) else [word]
        return words


def clause_phones(text: str) -> list[Phone] | None:
    """Return the phones espeak-ng reads in `text`, word ends marked `_|`; None if it leaves Mandarin."""
    phones: list[Phone] = []
    for clause in espeak.phonemes(text, "cmn"):
        found = _phones(clause)
        if found is None:
            return None
        phones += found
    return phones


def _phones(clause: str) -> list[Phone] | None:
    phones = []
    for token in clause.replace(" ", "~").replace("_|", "~_|~").split("~"):
        if token in ("(en)", "(cmn)"):
            return None
        if token and (token == "_|" or not token.startswith("_")):
            base, tone = _PHONE.match(token.lstrip("',")).groups()  # type: ignore[union-attr]
            phones.append(Phone(base + _TONES.get(tone or "", ""), base, tone is not None))
    return phones


def syllables(hanzi: str, phones: list[Phone]) -> list[list[str]] | None:
    """Return the phones of each hanzi, or None if they cannot be told apart."""
    runs: list[list[Phone]] = [[]]
    for phone in phones:
        if phone.name == "_|":
            runs.append([])
        else:
            runs[-1].append(phone)
    found: list[list[str]] = []
    for run in runs:
        vowels = [index for index, phone in enumerate(run) if phone.toned]
        if not vowels:
            if run:
                return None
            continue
        starts = [0]
        for vowel, following in itertools.pairwise(vowels):
            if len(found) + len(starts) > len(hanzi):
                return None
            starts.append(_boundary(run, vowel, following, hanzi[len(found) + len(starts) - 1]))
        for start, end in zip(starts, [*starts[1:], len(run)], strict=True):
            found.append([phone.name for phone in run[start:end]])
    return found if len(found) == len(hanzi) else None


def _boundary(run: list[Phone], vowel: int, following: int, character: str) -> int:
    between = [phone.name for phone in run[vowel + 1 : following]]
    if not between or between[0] not in ("n", "N"):
        return vowel + 1
    if between[0] == "N" or between[1:] not in ([], ["j"], ["w"]):
        return vowel + 2
    # 因为 or 大脑: the n may end this syllable or begin the next; its pinyin tells.
    readings = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    return vowel + 2 if readings[0].endswith("n") else vowel + 1


def batched(words: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield lists of at most `size` words."""
    rest = iter(words)
    while batch := list(itertools.islice(rest, size)):
        yield batch


class Lexicon:
    """Counts how words are read."""

    def __init__(self) -> None:
        self._readings: defaultdict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)

    def learn(self, words: Iterable[str], phones: list[Phone]) -> bool:
        """Count the readings of a sentence's words; False if its phones do not fit its text."""
        words = list(words)
        written = [[attached_reading(token) for token in _ATTACHED.findall(word)] for word in words]
        hanzi = "".join(reading for word in written for reading in word)
        cut = syllables(hanzi, phones)
        if cut is None:
            return False
        for word, parts in zip(words, written, strict=True):
            length = sum(map(len, parts))
            self._readings[word][tuple(name for syllable in cut[:length] for name in syllable)] += 1
            cut = cut[length:]
        return True

    def learn_alone(self, words: Iterable[str]) -> None:
        """Read each word by itself, for those no sentence has."""
        for batch in batched(words, _ALONE):
            clauses = espeak.phonemes("，".join(mandarin.readable(word) for word in batch), "cmn")
            if len(clauses) != len(batch):  # a word that is more or less than a clause: ask one by one
                clauses = ["~".join(espeak.phonemes(mandarin.readable(word), "cmn")) for word in batch]
            for word, clause in zip(batch, clauses, strict=True):
                phones = _phones(clause)
                if phones is not None:
                    self.learn([word], phones)

    def __contains__(self, word: str) -> bool:
        return word in self._readings

    def readings(self, word: str, rename: dict[str, str]) -> list[tuple[tuple[str, ...], float]]:
        """Return at most three readings with their probabilities, phones renamed; those with unknown phones are left out."""
        counts: Counter[tuple[str, ...]] = Counter()
        for phones, count in self._readings[word].items():
            if all(phone in rename for phone in phones):
                counts[tuple(rename[phone] for phone in phones)] += count
        common = [(phones, count) for phones, count in counts.most_common(3) if count >= 0.08 * counts.total()]
        total = sum(count for _, count in common)
        return [(phones, count / total) for phones, count in common]


def attached_reading(token: str) -> str:
    """Return the hanzi that stand for a token of a word: itself, or the sounds of a Latin word."""
    return mandarin.latin(token) if token.isascii() else token
