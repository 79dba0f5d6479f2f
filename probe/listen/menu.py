"""Menu options read from speech: which key does what.

Two styles exist. "人工服务请按零" names what it is about first; "按零转人工" names the key first; one menu may use both
("按零转人工，重听请按星号键"). The pauses tell them apart: what belongs together is said in one breath. Where no pause
tells, the menu keeps to its style. `Menu` reads words while they are still being spoken: an option counts once it is
sure, that is when more was heard after it, or the same was read twice, and is never told twice in one segment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from probe.listen.spoken import PAUSE, Spoken
from probe.speech.chinese import in_parts
from probe.speech.text import sounds


@dataclass(frozen=True, slots=True)
class Option:
    """`key` (0-9, *, #) does `label`; `at`: end in seconds of the word that completes it; `human`: leads to a person."""

    key: str
    label: str
    at: float
    human: bool


@dataclass(frozen=True, slots=True)
class _Grammar:
    """How a language says it. `press` matches verb and key (groups `verb`, `key`, `follows`)."""

    press: re.Pattern[str]
    keys: dict[str, str]
    filler_before: re.Pattern[str]
    filler_after: re.Pattern[str]
    human: re.Pattern[str]
    key_first: re.Pattern[str]
    greets: re.Pattern[str]
    usual_last: re.Pattern[str]
    longest_label: int


# Homophones of the digits (toneless) that recognisers write; 是 and 要 are left out, they follow 按 in other sentences. 休 to 舅, which
# sound like 九, are one only right after 按.
_DIGITS = {
    "零": "0", "凌": "0", "铃": "0", "灵": "0", "一": "1", "医": "1", "二": "2", "儿": "2", "三": "3", "山": "3",
    "四": "4", "五": "5", "午": "5", "六": "6", "七": "7", "八": "8", "九": "9", "久": "9", "休": "9", "修": "9",
    "羞": "9", "秋": "9", "球": "9", "旧": "9", "酒": "9", "舅": "9",
}  # fmt: skip

_ZH = _Grammar(
    press=re.compile(
        r"(?:(?<!刚才)(?<!刚刚)(?P<verb>(?:请您?|可以?|直接|也可|再)*(?:按|安|案|暗|拨|摁|选择?|输入|键入|[三参单但谈看干站善山残](?=[零一二三四五六七八九](?:办理|转)))(?:数字|下)?键?(?:键盘上的|电话上的)?|请您?(?=[零一二三四五六七八九]))"
        r"|(?<![零一二三四五六七八九])(?=[零一二三四五六七八九](?:号键|转(?:接|到)?(?:人工|客服|坐席)(?:服务|客服|坐席|咨询)?(?![服客坐咨请按拨]))))"
        r"(?P<key>星号?|米字|井号?|井字|(?<=按)[休修](?![息闲养眠改理复正])|(?<=按)[羞秋球旧酒舅]|[零凌铃灵一医二儿三山四五午六七八九久]"
        r"(?![零一二三四五六七八九]|维码|点|月|年|天|元|下|次(?!.{2,12}请按)|遍|声|些|定|切|般|秒|分钟|项|个|种|至|到|位数))"
        r"(?P<rest>号?键*)"
    ),
    keys=_DIGITS | {"星号": "*", "星": "*", "米字": "*", "井号": "#", "井字": "#", "井": "#"},
    filler_before=re.compile(
        r"^(?:.*(?:欢迎(?:您)?(?:致电|拨打|使用|来电|进入)|感谢(?:您)?(?:致电|拨打|来电)).*?"
        r"(?:公司|热线|中心|集团|银行|客服电话|服务电话|平台|电话))?"
        r"(?:您好|你好|次|那么|或者?|其他请|如果?您?(?:需要?|想要?|要)|若(?:您)?(?:需要?|要)|需要|您?需|请|您可以|也可以|可以|直接|其中|以及|和|以)*"
    ),
    filler_after=re.compile(r"(?:请|您|可以?|或者?|直接|就|则|都|均|并|以|键)+$"),
    human=re.compile(
        r"人工(?!智能)|客服(?:代表|人员|专员)|客户(?:代表|经理)|服务(?:代表|专员)|话务员|接线员|坐席|座席|专席|值班人员"
    ),
    key_first=re.compile(r"^(?:转|接|返|是|为|进|可|重|继|结|选|切|回|听|查询|联系|办理|咨询|退出)"),
    greets=re.compile(r"(?:欢迎|感谢|谢谢)(?:您|你)?的?(?:致电|拨打|拨通|使用|来电|进入)"),
    usual_last=re.compile(
        r"(?:返回(?:上一?[级层]|主|上级|上层)?(?:菜单|目录)?|重听|重复(?:收听|播放)?|再听一[遍次]|退出|结束)$"
    ),
    longest_label=16,
)
_EN = _Grammar(
    press=re.compile(
        r"(?P<verb>\b(?:please )?(?:press|dial|push|hit)(?: the)?(?: number)? )"
        r"(?P<key>zero|one|two|three|four|five|six|seven|eight|nine|star|pound)\b(?P<rest>(?: key)?)"
    ),
    keys={
        "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
        "eight": "8", "nine": "9", "star": "*", "pound": "#",
    },
    filler_before=re.compile(r"^(?:.*\b(?:calling|welcome to)(?: \w+){0,3}? (?=for|to|if))?(?:(?:and|or|for|to|if you|would like|want|need|speak|talk|please|you can|an?|the|with) )*"),
    filler_after=re.compile(r"(?: (?:please|you can|or|and|now|just))+$"),
    human=re.compile(r"\b(?:agent|operator|representative|advis[eo]r|human|person|associate|receptionist|someone)\b"),
    key_first=re.compile(r"^(?:for|to|if)\b"),
    greets=re.compile(r"(?:welcome to|thank(?:s| you) for calling)\b"),
    usual_last=re.compile(r"(?<= )to (?:hear|repeat|return|go back|exit).*$"),
    longest_label=60,
)  # fmt: skip
_GRAMMARS = {"zh": _ZH, "en": _EN}

SETTLED = 0.4
"""Seconds heard after a word that leave it as it is; guessed, the recogniser's context is 0.15 s."""
_STABLE = 0.18  # seconds between two readings that agree
_AFTER, _AFTER_FIRST = 2 * PAUSE, 0.8
"""Seconds of pause after a key from which what follows is not its label; where nothing stands before the key; guessed."""
_BETWEEN_DIGITS = 0.08  # seconds: the digits of a number follow each other without a pause; guessed
_SLIP, _DIGIT = 0.12, "零一二三四五六七八九"
"""Seconds: nobody says a digit in less, but recognisers write one that short before or after another."""
_UNHEARD = re.compile(
    r"(?:人工(?!智能)|客服(?:代表|人员|专员)|话务员|接线员|坐席|座席)(?:服务|客服|坐席|座席|咨询|台)?请"
    r"(?=[^稍耐您不勿别继保在等留下登关直说到前通拨点选输至自描讲先来重])"
)
"""What stands before a key that leads to a person, and before no other request."""
_AN = "an"  # what rhymes with 按
_MISHEARD_KEY = re.compile(
    r"(?P<verb>[^按请])(?P<key>[^零一二三四五六七八九请])(?=(?:转(?:接|到)?|接)(?:人工(?!智能)|客服(?:代表|人员|专员)|坐席|座席))"
)
"""What stands before "转人工" where "按八" was misheard as two other syllables (`_misheard_keys`)."""
_MISHEARD_LAST_KEY = re.compile(rf"(?<=请按)[^{_DIGIT} 按拨请星米井数键下](?=.*[按拨][{_DIGIT}])")
"""What stands for the key of "人工请按八" in a menu with other keys; a short pause parts it from what follows."""
_KEY_FIRST = re.compile(rf"[按拨][{_DIGIT}][^{_DIGIT}号键]")
_MISHEARD_VERB = re.compile(
    rf"[^按拨请 {_DIGIT}](?=[{_DIGIT}][^{_DIGIT}百千万点月年天元下次遍声些定切般秒分个种位号]{{2}})"
)
KEY_MISSING = ("按", "按键", "按下", "拨")
"""What a menu says between what a key does and the key: at the end of what was heard, the key itself was lost."""
_NO_VERB = ("请", "请您")  # before a figure: "按" was not heard
_ASKED_IN_VAIN = re.compile("请(?=[按拨])")
_ANEW = 2.0  # seconds after which the same key with another label is another menu's
_DIGITS_ON = re.compile(rf"[按拨]键?(?P<digits>[{_DIGIT}]{{2,}})")


def options(words: Spoken) -> list[Option]:
    """All options in a finished text, in the order spoken."""
    return [reading.option for reading in _read(words)]


def unheard_person(words: Spoken) -> int | None:
    """Where a person is offered by a key that was not understood: the number of characters up to there, or None."""
    found = _UNHEARD.search(words.text) if words.language == "zh" else None
    key_first = (found.end() for found, digits in _misheard_keys(words) if len(digits) != 1)
    return found.end() if found else next(key_first, None)


@dataclass(frozen=True, slots=True)
class _Reading:
    """An option as the words so far have it. `followed`: more was said after it; `open`: it may still go on, or change."""

    option: Option
    followed: bool
    open: bool


class Menu:
    """The options of one speech segment, told once each as soon as they are sure."""

    def __init__(self) -> None:
        self._told: dict[str, Option] = {}
        self._seen: dict[tuple[str, str], float] = {}

    def read(self, words: Spoken, now: float, final: bool = False) -> Iterator[Option]:
        """New options in all the words so far; `now`: seconds until which the words are known."""
        seen: dict[tuple[str, str], float] = {}
        for reading in _read(words):
            option = reading.option
            mark = (option.key, option.label)
            seen[mark] = self._seen.get(mark, now)
            settled = now - option.at >= SETTLED or now - seen[mark] >= _STABLE
            sure = final or reading.followed or (settled and not reading.open)
            if sure and self._is_new(option, final):
                self._told[option.key] = option
                yield option
        self._seen = seen

    def _is_new(self, option: Option, final: bool) -> bool:
        told = self._told.get(option.key)
        if told is None or told.label == option.label:
            return told is None
        if final and told.label in option.label:
            return True  # the beginning or the end of its name was heard last
        return option.at - told.at >= _ANEW or (option.human and not told.human)  # it was misread until more was said


def _read(words: Spoken) -> Iterator[_Reading]:
    """Options in the order spoken."""
    grammar = _GRAMMARS[words.language]
    words = _with_misheard_verbs(_with_misheard_keys(_without_slips(_with_lost_keys(words))))
    text = words.text
    presses = _surely(list(grammar.press.finditer(text)), words)
    style: bool | None = None
    claimed = 0
    for number, press in enumerate(presses):
        following = presses[number + 1].start() if number + 1 < len(presses) else len(text)
        verb, last = press["verb"] or "", number + 1 == len(presses)
        before = _before(words, grammar, claimed, press.start())
        after = _after(words, grammar, press.end(), following, last, _AFTER if before else _AFTER_FIRST)
        parted_before = press.start() == 0 or words.pause_before(press.start()) >= PAUSE
        if style and not after and grammar is _ZH and len(before) == 1:
            continue  # "请" misheard, and the option's name is still to come
        if not before or not after:
            key_first = not before
        elif parted_before != _parted_after(words, press.end()):
            key_first = parted_before
        elif grammar.greets.search(before) and not grammar.human.search(before) and grammar.key_first.match(after):
            key_first = True
        elif grammar.human.search(before) and not grammar.human.search(after):
            key_first = False  # else nothing would say what leads to the person: the "请" before this key was not heard
        elif style is None and _may_name(after, before, grammar) and _names_after(words, presses[number + 1 :]):
            key_first = True
        elif style is not None:
            key_first = style
        else:
            key_first = "请" not in verb and grammar.key_first.match(after) is not None
        label = after if key_first else before
        if not label:
            continue
        style = key_first
        end = press.end() + text[press.end() : following].find(after) + len(after) if key_first else press.end()
        claimed = end
        option = Option(grammar.keys[press["key"]], label, words.ends[end - 1], grammar.human.search(label) is not None)
        # After a pause "按一" more likely names what follows than what was said before it.
        unfinished = key_first or (parted_before and "请" not in verb) or grammar.greets.search(label) is not None
        yield _Reading(option, end < len(text), unfinished)


def _may_name(after: str, before: str, grammar: _Grammar) -> bool:
    """Whether what follows a key looks like its name, and not what comes before it."""
    names = grammar.human.search(after) or grammar.key_first.match(after)
    return names is not None and not grammar.human.search(before)


def _names_after(words: Spoken, presses: list[re.Match[str]]) -> bool:
    """Whether the pauses around the next key tell that its name comes after it."""
    if not presses or words.pause_before(presses[0].start()) < PAUSE:
        return False
    return not _parted_after(words, presses[0].end())


def _surely(presses: list[re.Match[str]], words: Spoken) -> list[re.Match[str]]:
    """The same without those of which the verb was not heard ("请三"), but for a figure that stands alone, in a menu."""
    lost = [press for press in presses if press["verb"] in _NO_VERB]
    if not lost or len(lost) == len(presses):
        return [press for press in presses if press not in lost]
    return [press for press in presses if press not in lost or _parted_after(words, press.end())]


def _with_lost_keys(words: Spoken) -> Spoken:
    """The same with "请" and "按" parted where there is a pause between them: the key after the first was lost, and the second names
    another ("重复收听请 … 按四转人工", when a key ended the first menu)."""
    for found in reversed(list(_ASKED_IN_VAIN.finditer(words.text))):
        if words.pause_before(found.end()) >= PAUSE:
            words = _with(words, found.end(), found.end(), " ")
    return words


def _without_slips(words: Spoken) -> Spoken:
    """The same with the digits after "press" parted where they are no number: a pause parts the key from what follows
    ("请按零，三…"), or one of two is too short to have been spoken ("请按六零" is zero)."""
    for key in reversed(list(_DIGITS_ON.finditer(words.text))):
        first, second = key.start("digits"), key.start("digits") + 1
        lengths = [words.ends[i] - words.starts[i] for i in (first, second)]
        if words.pause_before(second) >= _BETWEEN_DIGITS:
            words = _with(words, second, second, " ")
        elif key.end() == second + 1 and min(lengths) < _SLIP <= max(lengths):
            slip = first + lengths.index(min(lengths))
            words = _with(words, slip, slip + 1, "")
    return words


def _with_misheard_verbs(words: Spoken) -> Spoken:
    """The same with "按" for what rhymes with it and stands between a pause and a figure that more is said after, in a menu that has
    "按" before another figure: "请按三" may be heard as "暂三"."""
    if words.language != "zh" or not _KEY_FIRST.search(words.text):
        return words
    for found in _MISHEARD_VERB.finditer(words.text):
        if _may_be_press(words, found.start()):
            words = replace(words, text=words.text[: found.start()] + "按" + words.text[found.end() :])
    return words


def _misheard_keys(words: Spoken) -> Iterator[tuple[re.Match[str], str]]:
    """Two syllables before "转人工" at the beginning of a clause of which the first rhymes with 按, and the digits that the second
    rhymes with."""
    for found in _MISHEARD_KEY.finditer(words.text) if words.language == "zh" else ():
        if sounds(found["key"], "zh") and _may_be_press(words, found.start()):
            yield found, _rhyming(found["key"])


def _may_be_press(words: Spoken, at: int) -> bool:
    """Whether the syllable there begins a clause and rhymes with 按."""
    syllable = sounds(words.text[at], "zh")
    return words.pause_before(at) >= PAUSE and bool(syllable) and in_parts(syllable[0])[1] == _AN


def _with_misheard_keys(words: Spoken) -> Spoken:
    """The same with "按八转人工", or "请按八", for syllables that were misheard so, if they rhyme with one digit only."""
    for found, digits in _misheard_keys(words):
        if len(digits) == 1:
            words = replace(words, text=words.text[: found.start()] + "按" + digits + words.text[found.end() :])
    for found in _MISHEARD_LAST_KEY.finditer(words.text) if words.language == "zh" else ():
        digits = _rhyming(found.group())
        if len(digits) == 1 and words.pause_before(found.end()) >= _BETWEEN_DIGITS > words.pause_before(found.start()):
            words = replace(words, text=words.text[: found.start()] + digits + words.text[found.end() :])
    return words


def _rhyming(syllable: str) -> str:
    """The digits that a character rhymes with."""
    said = sounds(syllable, "zh")
    rhymes = in_parts(said[0])[1] if said else None
    return "".join(digit for digit in _DIGIT if in_parts(sounds(digit, "zh")[0])[1] == rhymes)


def _with(words: Spoken, start: int, end: int, instead: str) -> Spoken:
    """The same with other characters, which take no time, in place of those from `start` to `end`."""
    at = (words.ends[start - 1],) * len(instead)
    text = words.text[:start] + instead + words.text[end:]
    starts, ends = (times[:start] + at + times[end:] for times in (words.starts, words.ends))
    return Spoken(text, starts, ends, words.language)


def _parted_after(words: Spoken, index: int) -> bool:
    while index < len(words.text) and words.text[index] == " ":
        index += 1
    return words.pause_before(index) >= PAUSE


def _before(words: Spoken, grammar: _Grammar, start: int, end: int) -> str:
    """The words of the clause before a key, without what only leads up to it."""
    # Nothing but an endless sentence stands before the pause that parts the key from it: then it is not its label.
    last = len(words.text[:end].rstrip())
    if last == 0 or (end < len(words.starts) and words.starts[end] - words.ends[last - 1] >= 4 * PAUSE):
        return ""
    start = max(start, words.clause_start(last))
    return _cleaned(words.text[start:last], grammar)


def _after(words: Spoken, grammar: _Grammar, start: int, end: int, last: bool, longest: float) -> str:
    """The words after a key, up to the next pause, or up to a label that usually stands at a menu's end; none after a
    pause of `longest` seconds."""
    while start < end and words.text[start] == " ":
        start += 1
    stop = start
    while stop < end and (stop == start or words.pause_before(stop) < PAUSE):
        stop += 1
    if start >= end or (start > 0 and words.pause_before(start) >= longest):
        return ""
    piece = words.text[start:stop].strip()
    piece = grammar.filler_after.sub("", piece)
    if not last and stop == end and (usual := grammar.usual_last.search(piece)) and usual.start() > 0:
        piece = grammar.filler_after.sub("", piece[: usual.start()])
    return piece if len(piece) <= grammar.longest_label else ""


def _cleaned(text: str, grammar: _Grammar) -> str:
    text = text.strip()
    text = text[grammar.filler_before.match(text).end() :] if grammar.filler_before.match(text) else text  # type: ignore[union-attr]
    if grammar is _ZH and (unheard := _UNHEARD.search(text)):
        text = text[unheard.end() :]  # the option before, whose key was not understood
    text = grammar.filler_after.sub("", text).strip()
    return text[-grammar.longest_label :]
