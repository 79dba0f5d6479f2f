"""Conversations as tests: `>>` is what the hotline does, `<<` is what the caller must do.

    play(scenario) >> answered() >> heard("普通话请按一") << press("1") >> queued("正在为您转接") >> human("您好") << courtesy()

The hotline's side is turned into the events that listening gives: words one by one, five syllables a second, a segment
that ends 0.7 s after its last sound, an option as soon as it is spoken, and a Tick every 20 ms. The line reports what
the caller sends: a key after 0.2 s, speech after 0.2 s a syllable. An act that nobody asked for fails the test.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from probe.call import Navigator
from probe.navigate.scenario import loads_scenario
from probe.navigate.scripted import REACTION, ScriptedNavigator
from probe.timeline import (
    Action,
    Answered,
    BotAsked,
    Dialed,
    Ended,
    Event,
    HangUp,
    HumanAnswered,
    HumanWithdrawn,
    InputRejected,
    Kind,
    MenuOption,
    NotInServiceHeard,
    Outcome,
    Paused,
    Played,
    Press,
    Purpose,
    PushedElsewhere,
    Queued,
    Say,
    Segment,
    SegmentEnded,
    SegmentStarted,
    Tick,
    Verdict,
    VerdictGiven,
    Why,
    Word,
    WordsHeard,
)

# Two scenarios that lead to a person, by keys and by voice.
KEYS = """
walk:
  - hear: 普通话请按一
    press: 1
  - press: { option: 人工 }
"""
BOT = """
walk:
  - hear: 请问您需要办理什么业务
    say: 转人工
    if_refused: { again: 3 }
  - hear: 正在为您转接人工
"""
TICK = 0.02
SYLLABLE = 0.2
HANGOVER = 0.7
_OPTION = re.compile(r"([^，。、！？]+?)请按([零一二三四五六七八九]|星号键|井号键)")
_KEYS = {name: str(n) for n, name in enumerate("零一二三四五六七八九")} | {"星号键": "*", "井号键": "#"}


@dataclass(slots=True)
class Playbook:
    """One call so far: the clock, the segment that runs, the acts not yet asked for."""

    navigator: Navigator
    now: float = 0.0
    sound: Kind = Kind.SILENCE
    sound_since: float = 0.0
    acts: list[Action] = field(default_factory=list)
    all_acts: list[Action] = field(default_factory=list)
    sending: list[tuple[float, str]] = field(default_factory=list)
    over: bool = False

    def __rshift__(self, step: Callable[[Playbook], None]) -> Playbook:
        if self.acts:
            pytest.fail(f"at {self.now:.2f} s the caller did what nobody asked for: {self.acts}")
        step(self)
        return self

    def __lshift__(self, wanted: Callable[[Playbook], None]) -> Playbook:
        wanted(self)
        return self

    def tell(self, event: Event) -> None:
        """One event; what the caller does about it is sent by the line."""
        for action in self.navigator.react(event):
            assert not self.over, f"an act after the end of the call: {action}"
            self.acts.append(action)
            self.all_acts.append(action)
            if isinstance(action, Press):
                self.sending.append((self.now + 0.2 * len(action.value), action.value))
            elif isinstance(action, Say):
                self.sending.append((self.now + SYLLABLE * len(action.value), action.value))
            else:
                self.over = True

    def pass_time(self, seconds: float) -> None:
        """Ticks, and what the line has sent meanwhile."""
        for _ in range(max(1, round(seconds / TICK))):
            due = [item for item in self.sending if item[0] <= self.now]
            for item in due:
                self.sending.remove(item)
                self.tell(Played(at=self.now, known=self.now, value=item[1]))
            if self.over:
                return
            start, self.now = self.now, self.now + TICK
            self.tell(Tick(at=start, known=self.now))

    def begin(self, kind: Kind) -> None:
        """Another kind of sound begins."""
        if kind is not Kind.SPEECH and kind is self.sound:
            return
        if self.sound is not Kind.SPEECH:
            segment = Segment(self.sound, self.sound_since, self.now)
            self.tell(SegmentEnded(at=self.now, known=self.now, segment=segment))
        self.sound, self.sound_since = kind, self.now
        self.tell(SegmentStarted(at=self.now, known=self.now, segment=kind))


def play(scenario: str) -> Playbook:
    """A call of a scenario; lines left out of it are given their least meaning."""
    text = scenario if "hotline:" in scenario else "hotline: test\n" + scenario
    return watch(ScriptedNavigator(loads_scenario(text)))


def watch(navigator: Navigator) -> Playbook:
    """A call of any navigator, dialled."""
    book = Playbook(navigator)
    book.tell(Dialed(at=0.0, known=0.0))
    return book


# ------------------------------------------------------------------------------------------- >> what the hotline does

Step = Callable[[Playbook], None]


def answered(after: float = 1.0) -> Step:
    def step(book: Playbook) -> None:
        book.pass_time(after)
        book.tell(Answered(at=book.now, known=book.now))

    return step


def silence(seconds: float) -> Step:
    return sound(Kind.SILENCE, seconds)


def music(seconds: float) -> Step:
    return sound(Kind.MUSIC, seconds)


def sound(kind: Kind, seconds: float) -> Step:
    def step(book: Playbook) -> None:
        book.begin(kind)
        book.pass_time(seconds)

    return step


def heard(text: str, *tells: Callable[[float, float], Event], barge_in: bool = True, pause: float = HANGOVER) -> Step:
    """A prompt; its options are announced as listening finds them; a key cuts it off unless `barge_in` is False."""

    def step(book: Playbook) -> None:
        book.begin(Kind.SPEECH)
        start, words = book.now, []
        written = re.sub(r"[，。、！？]", "", text)
        options = {len(re.sub(r"[，。、！？]", "", text[: m.end()])): m for m in _OPTION.finditer(text)}
        acts_before = len(book.all_acts)
        for count, syllable in enumerate(written, start=1):
            words.append(Word(syllable, book.now, book.now + SYLLABLE, 1.0))
            book.pass_time(SYLLABLE)
            if book.over:
                return
            book.tell(WordsHeard(at=start, known=book.now, start=start, text=written[:count], words=tuple(words)))
            if count in options:
                label, key = options[count].groups()
                book.tell(MenuOption(at=book.now, known=book.now, key=_KEYS[key], label=label))
            if barge_in and any(isinstance(act, Press) for act in book.all_acts[acts_before:]):
                break
        for tell in tells:
            book.tell(tell(book.now, book.now))
        end = book.now
        book.pass_time(pause)
        said = "".join(word.word for word in words)
        spoken = tuple(words)
        book.tell(WordsHeard(at=start, known=book.now, start=start, text=said, words=spoken, final=True))
        book.sound, book.sound_since = Kind.SILENCE, end
        segment = Segment(Kind.SPEECH, start, end, said, spoken)
        book.tell(SegmentEnded(at=end, known=book.now, segment=segment))
        book.tell(SegmentStarted(at=end, known=book.now, segment=Kind.SILENCE))
        book.pass_time(TICK)

    return step


def queued(text: str) -> Step:
    return heard(text, lambda at, known: Queued(at=at, known=known, text=text))


def bot(text: str, pause: float = HANGOVER) -> Step:
    return heard(text, lambda at, known: BotAsked(at=at, known=known, text=text), pause=pause)


def rejection(text: str) -> Step:
    return heard(text, lambda at, known: InputRejected(at=at, known=known, text=text))


def pushed(text: str) -> Step:
    return heard(text, lambda at, known: PushedElsewhere(at=at, known=known, text=text))


def unsure(text: str) -> Step:
    """Speech that listening cannot tell to be a person's or a machine's."""

    def step(book: Playbook) -> None:
        heard(
            text,
            lambda at, known: VerdictGiven(
                at=at, known=known, start=book.sound_since, end=at, verdict=Verdict("unsure", 0.6)
            ),
        )(book)

    return step


def no_such_number(text: str) -> Step:
    return heard(text, lambda at, known: NotInServiceHeard(at=at, known=known, text=text))


def human(text: str, known_after: float = 1.2, pause_at: float | None = None, withdrawn: bool = False) -> Step:
    """A person speaks; the verdict comes `known_after` seconds after the first sound. `pause_at`: seconds after it at
    which a pause begins that is told 0.3 s later; `withdrawn`: at its end it turns out to be no person."""

    def step(book: Playbook) -> None:
        book.begin(Kind.SPEECH)
        start = book.now
        length = max(SYLLABLE * len(text), TICK)
        told = False
        while book.now < start + length + HANGOVER and not book.over:
            book.pass_time(TICK)
            if not told and book.now >= start + known_after:
                told = True
                book.tell(HumanAnswered(at=start, known=book.now, earliest=start, latest=start))
            if pause_at is not None and book.now - TICK < start + pause_at + 0.3 <= book.now:
                book.tell(Paused(at=start + pause_at, known=book.now, start=start))
        if withdrawn and not book.over:
            book.tell(HumanWithdrawn(at=start, known=book.now))
        end = start + length
        segment = Segment(Kind.SPEECH, start, end, text)
        if not book.over:
            book.tell(SegmentEnded(at=end, known=book.now, segment=segment))
            book.sound, book.sound_since = Kind.SILENCE, end
            book.tell(SegmentStarted(at=end, known=book.now, segment=Kind.SILENCE))
            book.pass_time(TICK)
        if not told:
            book.pass_time(max(TICK, start + known_after - book.now))
            book.tell(HumanAnswered(at=start, known=book.now, earliest=start, latest=start))

    return step


def hotline_hangs_up() -> Step:
    def step(book: Playbook) -> None:
        book.tell(Ended(at=book.now, known=book.now, by="hotline"))
        book.pass_time(1.0)

    return step


# --------------------------------------------------------------------------------------------- << what the caller does


def _next(book: Playbook, kind: type[Action], **wanted: Any) -> None:
    if not book.acts and kind is Press and not book.over:
        book.pass_time(REACTION)  # a caller takes that long to press what was announced last
    assert book.acts, f"at {book.now:.2f} s nothing was done; expected {kind.__name__} {wanted}"
    act = book.acts.pop(0)
    found = {key: getattr(act, key, None) for key in wanted}
    assert (type(act), found) == (kind, wanted), f"at {act.at:.2f} s: {act}"


def _wanted(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def press(value: str, purpose: Purpose | None = None, option: str | None = None) -> Step:
    return lambda book: _next(book, Press, **_wanted(value=value, purpose=purpose, option=option))


def say(value: str, purpose: Purpose | None = None) -> Step:
    return lambda book: _next(book, Say, **_wanted(value=value, purpose=purpose))


def courtesy() -> Step:
    """The courtesy sentence and, once it is spoken, the end of the call; nothing else."""

    def step(book: Playbook) -> None:
        _next(book, Say, purpose="courtesy")
        while book.sending and not book.over:
            book.pass_time(TICK)
        _next(book, HangUp, why="goal_reached")

    return step


def hang_up(why: Why, outcome: Outcome | None = None) -> Step:
    return lambda book: _next(book, HangUp, why=why, **_wanted(outcome=outcome))


def nothing() -> Step:
    def step(book: Playbook) -> None:
        assert not book.acts, f"at {book.now:.2f} s: {book.acts}"

    return step


def sent(book: Playbook) -> Sequence[tuple[str, str]]:
    """What was pressed and said in a call so far, as (value, purpose)."""
    return [(act.value, act.purpose) for act in book.all_acts if isinstance(act, Press | Say)]
