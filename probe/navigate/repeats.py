"""What became of the last input: granted, lost, refused, or not known yet; and whether it may be sent once more.

An input is lost when nothing at all follows it, when its own prompt comes again after a time-out, or when the hotline
says that it was invalid. A key that was taken may lead back to its own prompt: it has returned, and pressing it anew is
a step; so is saying a request anew that was answered, if the caller's silence after it is what was not understood. A spoken
request is refused when a bot understood it and asks on, or has answered and waits for the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from probe.navigate.asking import excuses, not_understood, reads_a_menu
from probe.navigate.matching import heard
from probe.navigate.scenario import Acts
from probe.navigate.transcript import WAITING_SOUNDS, Passage, Transcript
from probe.speech.text import digits, find, normalise, sounds
from probe.timeline import Press, Purpose, Say

Fate = Literal["lost", "returned", "refused"]
Remedy = Literal["again", "ask", "give_up", "leave"]

WAITS = 3.0
"""Seconds of silence after a bot's answer that show that it waits for the caller; guessed."""
OVERDUE = 4.0
"""Seconds after a spoken input by which a bot that heard it has replied; guessed."""
_MENU_ENDS = 1.0
"""Seconds of silence after an option that end a menu, which may pause for 0.6 s; guessed, and menus wait 3 s and more for their key."""
_REFUSAL_ENDS = 1.5
"""The same of what refuses a spoken request: a bot's pause of 0.5 s was heard as one of 1.2 s, its soft words beside it as noise; guessed."""
_QUESTION_ENDS = 0.6
"""The same of what asks on: a prompt that is known by its sound ends where it did, and the next words may follow 0.3 s later; guessed."""
_LEADS_UP = 6
"""Sounds before an option's name and its "请按" that are more than menus have in common; guessed."""
_KEY_TAKES = 0.1  # seconds before the end of an option by which a word is over that stands before its key; guessed
_CALLED = 0.8  # likeness by sound of an option's name and a part of what the menu calls it
_TAIL = 0.3  # seconds after the input in which a word may still belong to the prompt that it cut off; guessed

_MISHEARD = {"6": "09", "8": "2", "7": "1", "9": "6", "1": "7", "2": "8", "0": "6"}
"""What a digit may have been that was heard as this one, the likeliest first: 零 is taken for 六, and 二 for 八 (both seen), the
others rhyme."""
_BESIDE, _BEFORE = 5, 3  # characters after and before an option in which its key is spoken of; guessed


@dataclass(slots=True)
class Sent:
    """The last input. `played`: when the line had sent it. `answered`: end of an answer that settled nothing."""

    acts: Acts
    action: Press | Say
    at: float
    purpose: Purpose
    """Why it was sent the first time."""
    played: float | None = None
    lost: int = 0
    refused: int = 0
    answered: float | None = None
    reacted: bool = False
    """Whether the hotline has said something of its own after it."""
    read_on: bool = False
    """Whether the menu was read on as if no key had come."""
    decided: Fate | None = None
    """A fate told by a passage that a noise or a pause may have cut off: not acted on before a silence shows that it is over."""
    over_after: float = 0.0
    """Seconds of that silence."""

    @property
    def since(self) -> float:
        """What is heard after this instant can be a reaction."""
        return self.at if self.played is None else self.played

    def by_passage(self, passage: Passage, ear: Transcript, last: bool, now: float) -> Fate | None:
        """The input's fate as told by a passage that has ended, as is known `now`; `last`: nothing follows it in the walk."""
        fate = self._told_by(passage, ear, last)
        if isinstance(self.action, Say) and fate in ("lost", "returned"):
            return fate
        if fate is None or passage.queued > self.since:
            self.decided = None if max(passage.queued, passage.asked) > self.since else self.decided
            return fate
        self.reacted |= fate == "refused"  # what follows in the same breath is no prompt after a long silence
        over_after = self._over_after(passage)
        over = passage.end is None or now >= passage.end + over_after
        self.decided, self.over_after, fate = (None, 0.0, fate) if over else (fate, over_after, None)
        return fate

    def _over_after(self, passage: Passage) -> float:
        """Seconds of silence after which a passage that decides on the input is over."""
        if passage.asked > self.since:
            return _QUESTION_ENDS
        return _MENU_ENDS if isinstance(self.action, Press) else _REFUSAL_ENDS

    def told_in_queue(self, passage: Passage) -> None:
        """A passage that excuses nothing has ended while the caller waits for a person: what asks on has heard the caller, too."""
        self.reacted |= isinstance(self.action, Say)
        self.decided = None if passage.queued > self.since else self.decided

    def _told_by(self, passage: Passage, ear: Transcript, last: bool) -> Fate | None:
        since = self.since
        words = passage.after(since)
        text = ear.join(words)
        if isinstance(self.action, Say) and excuses(text, ear.language):
            return "refused"
        late = bool(words) and words[0].start > since + OVERDUE
        if not words or passage.queued > max(since, passage.rejected, passage.asked):
            return None
        same = heard(self.acts, ear, since) if self.acts.awaits else None
        repeated = same is not None and same.passage is passage
        if isinstance(self.action, Say):
            return self._of_speech(passage, not_understood(text, ear.language), repeated, late)
        if passage.rejected > since and not self.reacted:
            return "lost"
        self.reacted = self.reacted or passage.asked > since  # a bot that asks something has taken the key
        if repeated and self.other_key(ear):
            if self._read_again(ear):
                return "lost"
            # Another menu offers the same under another key: the walk goes on in it.
            return "returned" if last else None
        if repeated:
            # The hotline that begins again at once, or after saying something else, took the key and led back.
            taken = (self.reacted and not self._only_read_on(passage, ear)) or not late
            return "returned" if taken else "lost"
        if passage.start < self.at or self.read_on:
            option = self.action.option
            whole = ear.join(passage.words)
            follows = bool(option) and _key_follows(whole, option or "", ear.language)
            again = option and _is_offered_in(text, option, self.action.value, follows, ear.language)
            if again and not self.read_on and not self.other_key(ear):
                return "returned"  # read again from its beginning, in the same breath
            # The menu was read on as if no key had come, to its end if nothing follows; with more of the walk ahead, it may
            # be the next menu.
            self.read_on = last and reads_a_menu(_end_of(text, ear.language), ear.language)
            return None
        self.reacted = self.reacted or not late  # after a long silence it only begins anew
        return None

    def _only_read_on(self, again: Passage, ear: Transcript) -> bool:
        """Whether what was heard between the key and the prompt `again` may be the rest of the menu, which may pause: it came as
        soon as that does, and a silence followed in which a menu waits for its key."""
        before = [passage for passage in ear.passages if passage.start < again.start and passage.end is not None]
        menu = [passage for passage in before if passage.start < self.at][-1:]
        heard = [*menu, *(passage for passage in before if passage.start >= self.at)]
        goes_on = all(later.start - (earlier.end or 0.0) < _MENU_ENDS for earlier, later in pairwise(heard))
        return bool(menu) and goes_on and again.start - (heard[-1].end or 0.0) >= WAITS

    def _of_speech(self, passage: Passage, misheard: bool, repeated: bool, late: bool) -> Fate | None:
        since = self.since
        if passage.rejected > since and misheard:
            # After an answer and a long silence it is the silence in which nothing was heard.
            return "returned" if late and self.reacted else "lost"
        if repeated or max(passage.asked, passage.pushed, passage.rejected) > since:
            # A bot that asks only after a long silence has not heard the caller, unless it has answered before.
            return "lost" if late and not self.reacted else "refused"
        self.answered = passage.end
        self.reacted = self.reacted or not late
        return None

    def by_silence(self, now: float, ear: Transcript) -> Fate | None:
        """The input's fate as told by the hotline's silence up to `now`."""
        if ear.sound in WAITING_SOUNDS:
            self.decided = None  # the caller is to wait on
        if not ear.quiet or self.played is None:
            return None
        if self.decided is not None:
            return self.decided if now >= ear.sound_since + self.over_after else None
        if self.answered is not None:
            waits = self.acts.if_refused is not None and now >= max(self.answered, ear.sound_since) + WAITS
            return "refused" if waits else None
        if ear.loud_since > self.at and not self.read_on:
            return None
        patience = _MENU_ENDS if self.read_on else self.acts.if_no_reaction.after
        if not self.read_on and ear.last and ear.last.after(self.played + _TAIL):
            # The prompt went on after the key, or a new one followed at once: it cannot be told, so wait twice as long.
            patience *= 2
        return "lost" if now >= max(self.played, ear.sound_since) + patience else None

    def remedy(self, fate: Fate) -> Remedy:
        """What may still be done: send the same `again`, `ask` in a new step, `give_up` the call, or `leave` it."""
        refusals = self.acts.if_refused
        if fate != "refused" and self.lost < self.acts.if_no_reaction.again:
            return "again"
        if refusals is None:
            return "leave"
        if self.refused < refusals.again:
            return "ask"
        return "give_up" if fate == "refused" else "leave"

    def other_words(self) -> str | None:
        """Other words for the next request, if the scenario has some."""
        other = self.acts.if_refused.say if self.acts.if_refused else ()
        return other[min(self.refused, len(other) - 1)] if other else None

    def other_key(self, ear: Transcript) -> str | None:
        """The key that has been announced for the same option since the input, if it is another one: digits are misheard,
        and another menu may offer the same under another key."""
        if not isinstance(self.action, Press) or not self.action.option:
            return None
        for passage in reversed(ear.passages):
            for option in reversed(passage.options):
                if option.at > self.since and _one_name(self.action.option, option.label, ear.language):
                    return option.key if option.key != self.action.value else None
        return None

    def _read_again(self, ear: Transcript) -> bool:
        """Whether the menu that has been read since the input is the one before it: another option has kept its key, or the
        same words lead up to the option. To hear it again, or to go back, is offered by many menus under the same key."""
        options = [option for passage in ear.passages for option in passage.options]
        before = [option for option in options if option.at <= self.since and option.label != self.action_label]
        after = [option for option in options if option.at > self.since]
        kept = any(
            old.key == new.key and old.key.isdigit() and find(old.label, new.label, _CALLED, ear.language)
            for old in before
            for new in after
        )
        return kept or self._led_up_to_again(ear)

    def _led_up_to_again(self, ear: Transcript) -> bool:
        """Whether the words before the option came again since the input."""
        heard_before = [word for passage in ear.passages for word in passage.words if word.end <= self.since]
        option = next(
            (
                o
                for p in reversed(ear.passages)
                for o in p.options
                if o.at <= self.since and o.label == self.action_label
            ),
            None,
        )
        start = self.action.answers or 0.0
        if option is None:
            return False
        lead = tuple(word for word in heard_before if start <= word.start and word.end < option.at - _KEY_TAKES)
        text = ear.join(lead)
        if len(sounds(text, ear.language)) < len(sounds(option.label, ear.language)) + _LEADS_UP:
            return False
        after = tuple(word for passage in ear.passages for word in passage.after(self.since))
        return find(text, ear.join(after), _CALLED, ear.language) is not None

    @property
    def action_label(self) -> str | None:
        """The option pressed."""
        return self.action.option if isinstance(self.action, Press) else None

    def key_again(self, ear: Transcript) -> str | None:
        """The key to press when this one seems lost, if not the same: the one announced for the option since, or, where the
        hotline calls invalid what it announces, the digit that this one was most likely taken for."""
        if (other := self.other_key(ear)) is not None or not isinstance(self.action, Press) or not self.action.option:
            return other
        last = ear.last
        if last is None or last.rejected <= self.since:
            return None
        announced = {option.key for option in last.options if option.at > self.since}
        if self.action.value not in announced:
            return None
        return next((key for key in _MISHEARD.get(self.action.value, "") if key not in announced), None)

    def once_more(self, remedy: Remedy, now: float, purpose: Purpose, words: str | None, answers: float | None) -> Sent:
        """The same input, or the same request in other words, sent at `now`."""
        value = self.action.value if words is None else words
        return Sent(
            self.acts,
            replace(self.action, at=now, value=value, purpose=purpose, answers=answers),
            now,
            self.purpose,
            lost=self.lost + (remedy == "again"),
            refused=self.refused + (remedy == "ask"),
        )


def _one_name(name: str, other: str, language: str) -> bool:
    """Whether two menus offer the same, one of them with a word more: 办理温度测量预约, 温度测量预约."""
    return bool(find(name, other, _CALLED, language) or find(other, name, _CALLED, language))


def _is_offered_in(text: str, option: str, key: str, follows: bool, language: str) -> bool:
    """Whether a text names the option together with its key: "投诉请按三", and not only "已进入投诉专线", nor half-heard
    "投诉请". Where the key `follows` the option, one before it is another's: "缴费请按二，投诉已受理"."""
    span = find(option, text, 0.9, language)
    if span is None:
        return False
    written = normalise(text, language)
    start = span[1] if follows else max(0, span[0] - _BEFORE)
    beside = written[start : span[1] + _BESIDE]
    return reads_a_menu(beside, language) and key in digits(beside, language)


def _key_follows(text: str, option: str, language: str) -> bool:
    """Whether the menu says the option before its key, as far as it has been heard to name it."""
    span = find(option, text, 0.9, language)
    return span is not None and reads_a_menu(normalise(text, language)[span[1] : span[1] + _BESIDE], language)


def _end_of(text: str, language: str) -> str:
    return normalise(text, language)[-2 * _BESIDE :]
