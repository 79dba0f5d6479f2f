"""Why an outcome cannot be told: what may have been missed, and who may have been mistaken. Each rule answers with its
evidence, or None."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

from probe.measure.facts import SURELY_NONE, Evidence, Facts, likely, said_something
from probe.measure.hotline_rules import dropped_at, hung_up
from probe.measure.noise_rules import loud_noise
from probe.measure.waiting import waiting
from probe.timeline import (
    BotAsked,
    HumanOffered,
    Kind,
    MailboxHeard,
    Media,
    MenuOption,
    Played,
    PushedElsewhere,
    Queued,
    Say,
    Segment,
    Word,
)

_AT_ONCE, _FAREWELL = 1.5, 1.5
"""Seconds from the last word to the end of the call in which nobody who answers can have waited for a reply, and of speech
that is longer than a word of somebody who leaves; guessed."""
_REPLY = 3.0  # seconds after our question within which a reply to it begins; guessed
_ONE_LENGTH = 0.1
"""Seconds by which two hearings of one recording may differ in length; guessed, twice what is usual."""
_WAITED = 3.0
"""Seconds of silence in which somebody waits for an answer; guessed, people on the telephone wait 4 s and more."""
_APART, _ONE_MENU = 1.0, 5.0
"""Seconds by which two options of one menu are apart at least, and at most; guessed."""
_POOR_MOS = 2.58
"""MOS of a rating R of 50, under which ITU-T G.109 (table 1) recommends no connection."""
_DOUBTFUL_WORDS, _CONFIDENCE = 5, 0.8
"""Words in a row, and the recogniser's confidence up to which none of them is understood; guessed: of an unknown name up to
four are not, in a menu that is heard well."""
_BEFORE_A_NAME, _WORDS_OF_A_NAME = ("致电", "拨打", "calling"), 6
"""After these, in one breath, an enterprise's name follows, which is no option; and the words of one that is not known; guessed."""
_HARDLY, _AFTER_A_PERSON = 0.5, ("服务", "坐席", "座席", "客服", "代表", "专员", "人员")
_BEFORE_A_PERSON, _BEFORE_A_TOPIC = ("转", "接", "转接", "接通", "联系", "咨询", "呼叫"), "咨询"
"""The confidence up to which one word may have been another; before, and after what a person is named in a menu; guessed."""
_BEFORE_A_KEY = ("请", "按", "拨", "press", "dial")
"""After these a menu tells a key."""
_OURS = 1.0  # seconds from what we do to where a menu breaks off for it; guessed
_PAUSE, _OPTION, _NAME = 0.3, 5, 2
"""Seconds that part two options of a menu, characters of the shortest that has a name and a key ("人工请按零"), and of a name; guessed."""
_POOR_MISSING = 0.2
"""Share of missing packets that costs G.711 as much, for codecs whose MOS is not known."""


def audio_too_poor(facts: Facts) -> Evidence | None:
    """What was not heard well is held against nobody, however it ended; a refusal before any answer needs no audio."""
    found = next((event for event in facts.timeline.events if isinstance(event, Media)), None)
    if found is None or facts.final_status is not None:
        return None
    poor = found.mos < _POOR_MOS if found.mos is not None else found.missing > _POOR_MISSING
    if not poor:
        return None
    score = f", MOS {found.mos:.2f}" if found.mos is not None else ""
    return Evidence(
        f"the audio came too poor to judge: {found.missing:.0%} of the packets missing{score}",
        f"收到的音频太差，无法判断：缺失 {found.missing:.0%} 的数据包{score}",
    )


def taken_for_a_person(facts: Facts) -> Evidence | None:
    """We hung up on what we took for a person, and it was none: nothing the hotline did, or would have done, is known."""
    act = facts.hang_up
    if act is None or act.why != "goal_reached" or facts.marks.human is not None:
        return None
    return Evidence(
        f"the caller hung up at {act.at:.2f} s on what sounded like a person and was none",
        f"主叫在 {act.at:.2f} 秒把机器误认为人工而挂断",
    )


def somebody_unsure(facts: Facts) -> Evidence | None:
    """Who spoke last, while we waited for a person or where no machine ever spoke, may have been one: then it is not said
    that none answered. But nobody who answers leaves as soon as the first words are said; and whoever spoke, and waited,
    and spoke again, may have been waiting for us anywhere."""
    wait, replied = waiting(facts), _answered_us(facts)
    since = facts.marks.queued if wait is None else wait[0]
    if since is None:
        machines = [s for s in facts.segments(Kind.SPEECH) if s.verdict and s.verdict.is_ in ("bot", "recording")]
        since = max([facts.marks.answered or 0.0, *(machine.start for machine in machines)])
        spoke = _spoke_and_waited(facts, since) or replied is not None
        if not facts.connected or (machines and not spoke):
            return None
    noisy = loud_noise(facts) is not None  # it hides most of what somebody says
    spoken = [s for s in facts.segments(Kind.SPEECH) if s.start > since and said_something(s, noisy)]
    spoken = [s for s in spoken if s.text or not _within_music(facts, s)]  # a drum, or a note that glides
    last = next((s for s in reversed(spoken) if s.verdict is not None), None)
    if (last is None or last.prompt is None) and (waited := _waited_for_us(facts, since) or replied):
        last = waited  # and said goodbye in words that may be a machine's, too
    if last is None or last.verdict is None or last.verdict.is_ != "unsure":
        return None
    if replied is None and _left_at_once(facts, last, since):
        return None
    if _again_over_music(facts, last, since):
        return None
    said = f'"{last.text}"' if last.text else "words that were not understood"
    return Evidence(
        f"{said} at {last.start:.2f} s may have been a person's, or a machine's",
        f"{last.start:.2f} 秒处的{f'“{last.text}”' if last.text else '没有听懂的话'}可能是真人，也可能是机器",
    )


def asked_after_a_wait(facts: Facts) -> Evidence | None:
    """We asked for a person again and again, but whoever was asked spoke where hold music or ringing had ended, and was not surely a
    machine: a person who did not understand us is no circle."""
    act, queued = facts.hang_up, [event.at for event in facts.timeline.events if isinstance(event, Queued)]
    if act is None or act.why != "looped" or not act.note.startswith("asked ") or not queued:
        return None
    waits = [s for s in facts.segments(Kind.MUSIC, Kind.RINGBACK) if s.end - s.start >= _WAITED]
    held = [s.end for s in waits if s.start > queued[0]]
    spoken = [s for s in facts.segments(Kind.SPEECH) if held and s.start >= held[-1] and said_something(s)]
    perhaps = [s for s in spoken if s.verdict is None or (s.verdict.human or 0.0) > SURELY_NONE]
    if not perhaps:
        return None
    at = perhaps[0].start
    return Evidence(
        f"who spoke after the wait, at {at:.2f} s, and was asked for a person, may have been one",
        f"等待之后 {at:.2f} 秒说话的一方被要求转人工，但可能就是人工",
    )


def key_never_heard(facts: Facts) -> Evidence | None:
    """A person was offered by a key that was not understood, and in no other way, and nobody was let wait after it: what the right one
    would have led to is not known."""
    offers = [event for event in facts.timeline.events if isinstance(event, HumanOffered)]
    if not offers or not all(offer.unheard for offer in offers) or facts.timeline.call.goal == "complaint":
        return None
    waits = [event.at for event in facts.timeline.events if isinstance(event, Queued | MailboxHeard)]
    at = offers[0].at
    if max(waits, default=0.0) > offers[-1].at:
        return None
    return Evidence(
        f"a person was offered at {at:.2f} s by a key that was not understood",
        f"{at:.2f} 秒处提供了人工，但没有听懂按哪个键",
    )


def _waited_for_us(facts: Facts, since: float) -> Segment | None:
    """The last of somebody unsure who, since the queue's music or ringing ended, spoke, and waited, and spoke again."""
    held = [wait.end for wait in facts.segments(Kind.MUSIC, Kind.RINGBACK) if wait.end > since]
    if not held or not _spoke_and_waited(facts, max(held) - _ONE_LENGTH):
        return None
    return [s for s in facts.segments(Kind.SPEECH) if _may_be_somebody(s)][-1]


def _answered_us(facts: Facts) -> Segment | None:
    """The last of somebody unsure who spoke when we had asked who is there, and waited, and spoke again: such a person may
    then have passed the call on. Where nothing but speech came after our question, one reply to it is enough: who then says
    the same again, as people do who hear nothing, sounds like a recording."""
    asked = [act for act in facts.timeline.actions if isinstance(act, Say) and act.purpose == "challenge"]
    if not asked:
        return None
    sent = [event for event in facts.timeline.events if isinstance(event, Played) and event.value == asked[-1].value]
    over = [event.at for event in sent]
    unsure = [s for s in facts.segments(Kind.SPEECH) if s.start > asked[-1].at and _may_be_somebody(s)]
    if over and not any(held.end > over[0] for held in facts.segments(Kind.MUSIC, Kind.RINGBACK)):
        replies = [s for s in unsure if 0 <= s.start - over[0] <= _REPLY and likely(s)]
        if replies:
            return unsure[-1]
    return unsure[-1] if _spoke_and_waited(facts, asked[-1].at) else None


def _spoke_and_waited(facts: Facts, since: float) -> bool:
    """Whether somebody unsure spoke at least twice after `since`, with a silence between that waited for our answer; not one
    recording played twice, which takes as long both times."""
    unsure = [s for s in facts.segments(Kind.SPEECH) if s.start > since and _may_be_somebody(s)]
    return any(
        after.start - before.end >= _WAITED and abs(after.end - after.start - before.end + before.start) > _ONE_LENGTH
        for before, after in pairwise(unsure)
    )


def _again_over_music(facts: Facts, last: Segment, since: float) -> bool:
    """Whether the last words came out of the hold music, without a pause before or after, as others as long had before: an
    announcement of the queue, read over the music."""
    spoken = [s for s in facts.segments(Kind.SPEECH) if since < s.start <= last.start and _within_music(facts, s)]
    length = last.end - last.start
    return last in spoken and any(
        other is not last and abs(other.end - other.start - length) <= _ONE_LENGTH for other in spoken
    )


def _within_music(facts: Facts, speech: Segment) -> bool:
    """Whether speech came out of music and went back into it, without a pause before or after."""
    held = facts.segments(Kind.MUSIC)
    before = any(abs(speech.start - music.end) <= _ONE_LENGTH for music in held)
    return before and any(abs(music.start - speech.end) <= _ONE_LENGTH for music in held)


def _left_at_once(facts: Facts, last: Segment, since: float) -> bool:
    """Whether the hotline ended the call with the last words, before anybody asked who was there: a recording's end."""
    if facts.ended is None or facts.ended.by != "hotline" or facts.ended.at - last.end > _AT_ONCE:
        return False
    unsure = [s for s in facts.segments(Kind.SPEECH) if since < s.start < last.start and _may_be_somebody(s)]
    asked = any(isinstance(act, Say) and since < act.at for act in facts.timeline.actions)
    return not unsure and not asked and last.end - last.start >= _FAREWELL


def _may_be_somebody(segment: Segment) -> bool:
    return said_something(segment) and segment.verdict is not None and segment.verdict.is_ == "unsure"


def dismissed_in_unknown_words(facts: Facts) -> Evidence | None:
    """Only a recording spoke, offered nothing, and the hotline ended the call: whether it is closed, has moved or sends callers
    elsewhere is in words of which no meaning was found."""
    dropped = hung_up(facts)
    if dropped is None or waiting(facts) is not None or facts.timeline.actions:
        return None
    if facts.after(0.0, MenuOption, BotAsked, HumanOffered, Queued, PushedElsewhere, MailboxHeard):
        return None
    spoken = [s for s in facts.segments(Kind.SPEECH) if not s.early_media and s.end - s.start >= _FAREWELL]
    if not spoken or dropped_at(facts) - spoken[-1].end > _WAITED:
        return None
    last = spoken[-1]
    said = f'"{last.text}"' if last.text else "words that were not understood"
    return Evidence(
        f"{said} at {last.start:.2f} s, then {dropped.en}: of what kind of end that is, nothing was understood",
        f"{last.start:.2f} 秒处是{f'“{last.text}”' if last.text else '没有听懂的话'}，随后{dropped.zh}：没有听懂是哪一种结束",
    )


def never_answered(facts: Facts) -> Evidence | None:
    """The caller was asked something, and neither said nor pressed anything before the hotline, which had let nobody wait, ended
    the call: what would have come of an answer is not known."""
    dropped = hung_up(facts)
    asked = next((event for event in facts.timeline.events if isinstance(event, BotAsked)), None)
    if dropped is None or asked is None or facts.timeline.actions or facts.after(0.0, Queued):
        return None
    return Evidence(
        f"asked at {asked.at:.2f} s, the caller answered nothing; then {dropped.en}",
        f"{asked.at:.2f} 秒处被询问，主叫未作任何回答，随后{dropped.zh}",
    )


def menu_not_understood(facts: Facts) -> Evidence | None:
    """What a key does was not understood in a menu: it may be what is said not to have been offered."""
    options = [event for event in facts.timeline.events if isinstance(event, MenuOption)]
    keys = [option.at for option in options]
    if (nameless := next((option for option in options if len(option.label) < _NAME), None)) is not None:
        return Evidence(
            f'the menu was not understood at {nameless.at:.2f} s (key {nameless.key} for "{nameless.label}"): it may be for a person',
            f"{nameless.at:.2f} 秒处的菜单没有听懂（“{nameless.label}”请按 {nameless.key}），其中可能提供了人工",
        )
    if options and (last := _breaks_off(facts)) is not None:
        return Evidence(
            f'the menu breaks off at {last.end:.2f} s ("{last.word}"): the key that follows may be for a person',
            f"菜单在 {last.end:.2f} 秒处中断（“{last.word}”），其后的按键可能是人工",
        )
    for option in options:
        for segment in facts.segments(Kind.SPEECH):
            if segment.start <= option.at <= segment.end + _PAUSE and (word := _perhaps_a_persons(segment, option)):
                return Evidence(
                    f'the name of an option was not understood at {word.start:.2f} s ("{word.word}", key {option.key} for '
                    f'"{option.label}"): it may be for a person',
                    f"{word.start:.2f} 秒处的菜单项没有听清（“{word.word}”；“{option.label}”请按 {option.key}），其中可能提供了人工",
                )
    for one, other in pairwise(options):
        if _contradict(facts, one, other):
            return Evidence(
                f"the menu was not understood: key {one.key} for {one.label} at {one.at:.2f} s and for {other.label} at "
                f"{other.at:.2f} s; one of them may be for a person",
                f"菜单没有听懂：{one.at:.2f} 秒处按键 {one.key} 为“{one.label}”，{other.at:.2f} 秒处又为“{other.label}”，其中之一可能是人工",
            )
    for segment in facts.segments(Kind.SPEECH):
        told = [at for at in keys if segment.start <= at <= segment.end]
        if told and (words := _doubtful(segment.words, told)):
            said = (" " if words[0].word.isascii() else "").join(word.word for word in words)
            return Evidence(
                f'the menu was not understood at {words[0].start:.2f} s ("{said}"): it may have offered a person',
                f"{words[0].start:.2f} 秒处的菜单没有听懂（“{said}”），其中可能提供了人工",
            )
    return None


def _breaks_off(facts: Facts) -> Word | None:
    """The last word of speech that ends where a menu tells a key, and not because of what we did: the key was not heard."""
    acted = [action.at for action in facts.timeline.actions]
    ends = [s.words[-1] for s in facts.segments(Kind.SPEECH) if s.words and not s.early_media]
    broken = (word for word in ends if word.word.endswith(_BEFORE_A_KEY))
    return next((word for word in broken if not any(abs(at - word.end) <= _OURS for at in acted)), None)


def _perhaps_a_persons(segment: Segment, option: MenuOption) -> Word | None:
    """The word of an option's name that may have been "人工": hardly understood, before "服务" and the like or after "转接" and the like; after
    "咨询", which topics follow, too, not where one that was understood comes next."""
    near = [word for word in segment.words if abs(word.end - option.at) <= _ONE_MENU]
    for n, (one, other) in enumerate(pairwise(near)):
        said = one.word + other.word
        if said in option.label:
            if _hardly(one) and other.word.startswith(_AFTER_A_PERSON):
                return one
            goes_on = any(said + w.word in option.label and w.confidence > _HARDLY for w in near[n + 2 : n + 3])
            topic = one.word == _BEFORE_A_TOPIC and goes_on
            if _hardly(other) and one.word in _BEFORE_A_PERSON and not topic:
                return other
    return None


def _hardly(word: Word) -> bool:
    """Whether a word as long as "人工" was hardly understood."""
    return word.confidence <= _HARDLY and len(word.word) >= _NAME


def _contradict(facts: Facts, one: MenuOption, other: MenuOption) -> bool:
    """Whether one key was told for two things right after one another, in one menu: one key was another."""
    if one.key != other.key or not _APART <= other.at - one.at <= _ONE_MENU:
        return False
    if one.label in other.label or other.label in one.label:
        return False
    return not any(one.at <= action.at <= other.at for action in facts.timeline.actions)


def _doubtful(words: Sequence[Word], told: Sequence[float]) -> Sequence[Word]:
    """The first words of a menu of which none was understood: several in a row that are not the enterprise's name, or all that was
    said between two pauses and is as long as an option, where no key was told (`told`: when keys were)."""
    n = 0
    for doubted, row in groupby(words, key=lambda word: word.confidence <= _CONFIDENCE):
        size = sum(1 for _ in row)
        before = next((word for word in words[max(n - 1, 0) : n] if words[n].start - word.end < _PAUSE), None)
        named = before is not None and before.word in _BEFORE_A_NAME and size <= _WORDS_OF_A_NAME
        if doubted and size >= _DOUBTFUL_WORDS and not named:
            return words[n : n + _DOUBTFUL_WORDS]
        n += size
    pauses = [n for n in range(1, len(words)) if words[n].start - words[n - 1].end >= _PAUSE]
    for start, end in pairwise([0, *pauses, len(words)]):
        clause = words[start:end]
        if not clause or any(clause[0].start <= at <= clause[-1].end + _PAUSE for at in told):
            continue
        if sum(len(word.word) for word in clause) >= _OPTION and all(w.confidence <= _CONFIDENCE for w in clause):
            return clause
    return ()
