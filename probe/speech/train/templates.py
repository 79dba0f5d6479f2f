"""The sentences of hotlines, as templates.

A line of `texts/*.txt` is a sentence; `[a|b|]` is a choice (an empty part: may be left out), `<name>` a slot.
Lines of the form `name = a | b | c` define slots, which may hold choices and slots themselves. Slots made of
figures (`<digits4>`, `<upto60>`, `<clock>`, ...) are drawn here. A line `words: a b c`
names what segmentation must keep whole. `#` starts a comment.
"""

import random
import re
from collections.abc import Iterator
from importlib.resources import files

from probe.speech.chinese_numbers import DIGITS, number, spell

_TOKEN = re.compile(r"\[|\]|\||<[a-z_]+\d*>|[^\[\]|<]+")
_LEAST_WEIGHT = 8.0  # guessed
_NUMBERED = re.compile(r"([a-z_]+?)(\d+)$")


class Templates:
    """All templates and slots, ready to be drawn from."""

    def __init__(self) -> None:
        """Read the packaged `texts/*.txt`."""
        self.slots: dict[str, list[str]] = {}
        self.sentences: list[str] = []
        self._words: list[str] = []
        folder = files("probe.speech.train") / "texts"
        for name in sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".txt")):
            for line in (folder / name).read_text("utf-8").splitlines():
                self._add(line.partition("#")[0].strip())

    def _add(self, line: str) -> None:
        slot = re.match(r"([a-z_]+) = (.+)$", line)
        if line.startswith("words: "):
            self._words += line.split()[1:]
        elif slot:
            self.slots.setdefault(slot[1], []).extend(part.strip() for part in _split(slot[2]))
        elif line:
            self.sentences.append(line)

    def words(self) -> list[str]:
        """Return what is to be one word in segmentation."""
        return self._words

    def draw(self, template: str, rng: random.Random) -> str:
        """Return one sentence made from a template."""
        tokens = _TOKEN.findall(template)
        text, rest = self._sequence(tokens, rng)
        if rest:
            raise ValueError(f"unbalanced brackets in template {template!r}")
        return text

    def corpus(self, per_template: int, rng: random.Random) -> Iterator[tuple[str, float]]:
        """Yield distinct sentences of every template, at most `per_template` of each, with weights.

        A template that can make only a few sentences is worth as much as one that makes `_LEAST_WEIGHT`.
        """
        for template in self.sentences:
            drawn = list(dict.fromkeys(self.draw(template, rng) for _ in range(per_template)))
            for sentence in drawn:
                yield sentence, max(1.0, _LEAST_WEIGHT / len(drawn))

    def every_filling(self) -> Iterator[str]:
        """Yield each filling of each slot that has no choice inside: the names that must be known."""
        for fillings in self.slots.values():
            yield from (filling for filling in fillings if filling and not re.search(r"[\[<]", filling))

    def _sequence(self, tokens: list[str], rng: random.Random) -> tuple[str, list[str]]:
        parts: list[str] = []
        while tokens and tokens[0] not in "|]":
            token, tokens = tokens[0], tokens[1:]
            if token == "[":
                text, tokens = self._choice(tokens, rng)
            elif token.startswith("<"):
                text = self._slot(token[1:-1], rng)
            else:
                text = token
            parts.append(text)
        return "".join(parts), tokens

    def _choice(self, tokens: list[str], rng: random.Random) -> tuple[str, list[str]]:
        options = []
        while True:
            text, tokens = self._sequence(tokens, rng)
            options.append(text)
            closing, tokens = tokens[0], tokens[1:]
            if closing == "]":
                return rng.choice(options), tokens

    def _slot(self, name: str, rng: random.Random) -> str:
        if name in self.slots:
            return self.draw(rng.choice(self.slots[name]), rng)
        numbered = _NUMBERED.match(name)
        if numbered:
            return _figures(numbered[1], int(numbered[2]), rng)
        return _figures(name, 0, rng)


def _figures(kind: str, size: int, rng: random.Random) -> str:
    """Draw a run of figures the way announcements say them."""
    match kind:
        case "digit":
            return rng.choice(DIGITS)
        case "digits":
            return spell("".join(rng.choice("0123456789") for _ in range(size))).replace("一", rng.choice("一一幺"))
        case "upto":
            return spoken_number(rng.randint(1, size), rng)
        case "clock":
            return number(rng.randint(0, 24)) + "点" + rng.choice(["", "", "整", "半", "三十分", "十五分", "四十五分"])
        case "date":
            return f"{number(rng.randint(1, 12))}月{number(rng.randint(1, 31))}{rng.choice('日号')}"
        case "year":
            return spell(str(rng.randint(2015, 2030))) + "年"
        case "money":
            whole = number(rng.choice([rng.randint(1, 100), rng.randint(1, 3000), rng.randint(1, 30) * 10]))
            return whole + rng.choice(
                ["元", "元", "块钱", f"点{spell(str(rng.randint(1, 99)))}元", f"元{rng.choice(DIGITS[1:])}角"]
            )
        case _:
            raise ValueError(f"no slot named {kind!r}")


def spoken_number(value: int, rng: random.Random) -> str:
    """Return a counted number, with 两 where people say it."""
    text = number(value)
    if text == "二":
        return "两"
    return text.replace("二百", "两百").replace("二千", "两千") if rng.random() < 0.7 else text


def _split(text: str) -> list[str]:
    """Split at the bars that stand outside brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += {"[": 1, "]": -1}.get(character, 0)
        if character == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts
