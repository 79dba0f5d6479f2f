"""The listener with a memory: the second call is heard as the first, at less cost, and learns what is new."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from probe.listen.listener import Listener
from probe.listen.opening import Opening
from probe.listen.prompt_file import dumps, loads
from probe.listen.prompt_learning import grown
from probe.listen.prompt_memory import Memory
from probe.listen.prompt_search import Library
from probe.listen.transcript import Transcript
from probe.listen.verdict import judge
from probe.speech.transcriber import Transcription
from probe.speech.voice import Voice
from probe.speech.vosk_transcriber import VoskTranscriber
from probe.timeline import (
    FRAME,
    RATE,
    Event,
    HumanAnswered,
    Kind,
    PromptRecognised,
    Samples,
    Segment,
    SegmentEnded,
    Tick,
    Verdict,
    VerdictGiven,
    Word,
)
from tests.listen.sounds import Sound, frames, music, noise, samples, silence, tone, voiced

MENU = "您好，欢迎致电自来水公司，水费查询请按一，报修请按二，人工服务请按零，返回请按星号键"
QUEUE = "正在为您转接人工客服，请稍候"
AGENT = Voice("cmn", "m3", 190, 45, -17.0)


class Watched:
    """The real recogniser, with the samples that it hears counted."""

    def __init__(self) -> None:
        self._real = VoskTranscriber()
        self.name, self.language = self._real.name, "zh"
        self.heard = 0

    def begin(self) -> Transcription:
        inner, outer = self._real.begin(), self

        class Counted:
            def feed(self, audio: Samples):  # type: ignore[no-untyped-def]
                outer.heard += audio.size
                return inner.feed(audio)

            def finish(self):  # type: ignore[no-untyped-def]
                return inner.finish()

        return Counted()


class Call:
    """A call heard with a memory."""

    def __init__(self, sound: Sound, memory: Memory | None) -> None:
        self.watched = Watched()
        listener = Listener(self.watched, memory=memory)
        self.events: list[Event] = [event for frame in frames(sound) for event in listener.hear(frame)]
        self.events += listener.finish()
        self.memory = grown(memory or Memory(""), f"call-{len((memory or Memory('')).calls)}", "", listener.takes)

    @property
    def speech(self) -> list[Segment]:
        ended = [event.segment for event in self.events if isinstance(event, SegmentEnded)]
        return [segment for segment in ended if segment.kind is Kind.SPEECH]

    def told(self) -> list[tuple[str, float, float]]:
        return [
            (e.kind, e.at, e.known) for e in self.events if e.kept and not isinstance(e, Tick) and e.kind != "verdict"
        ]


def person(text: str, before: float = 0.6, seed: int = 1) -> Sound:
    said = np.concatenate([silence(before), voiced(text, AGENT), silence(2)])
    return said + noise(said.size / 8000, -42, seed)[: said.size]


TALKED = 1.7 + (voiced(MENU).size + voiced(QUEUE).size) / 8000
CALL = (silence(0.5), voiced(MENU), silence(1.2), voiced(QUEUE), music(4, seed=3))


@cache
def first() -> Call:
    return Call(np.concatenate([*CALL, person("您好，工号三零二七，请问有什么可以帮您")]), Memory(""))


def test_the_second_call_is_heard_as_the_first_and_hardly_anything_is_recognised() -> None:
    second = Call(np.concatenate([*CALL, person("喂，您好，有什么可以帮您", seed=2)]), first().memory)
    before, after = ([event for event in call.told() if event[1] < TALKED] for call in (first(), second))
    assert [kind for kind, *_ in after] == [kind for kind, *_ in before]
    for (_, at, known), (_, at_first, known_first) in zip(after, before, strict=True):
        assert at == pytest.approx(at_first, abs=0.005)
        assert known == pytest.approx(known_first, abs=0.041)
    assert [s.text for s in second.speech[:2]] == [s.text for s in first().speech[:2]]
    assert all(segment.prompt for segment in second.speech[:2])
    without = Call(np.concatenate([*CALL, person("喂，您好，有什么可以帮您", seed=2)]), None)
    assert second.watched.heard < 0.45 * without.watched.heard
    assert second.speech[2].text == without.speech[2].text


def test_of_a_person_no_word_is_learned_and_another_person_is_not_taken_for_it() -> None:
    last: dict[float, str] = {e.start: e.verdict.is_ for e in first().events if isinstance(e, VerdictGiven)}
    assert [*last.values()] == ["recording", "recording", "human"]
    memory = first().memory
    assert [prompt.text for prompt in memory.prompts] == [*(segment.text for segment in first().speech[:2]), ""]
    assert not memory.prompts[2].words
    other = Call(np.concatenate([*CALL, person("喂，您好，我姓周，您请讲")]), memory)
    assert other.speech[2].prompt is None


def test_a_recording_taken_for_a_person_gives_itself_away_in_the_next_call() -> None:
    again = Call(np.concatenate([*CALL, person("您好，工号三零二七，请问有什么可以帮您")]), first().memory)
    assert again.speech[2].prompt == first().memory.prompts[2].id
    assert again.speech[2].verdict is not None
    assert again.speech[2].verdict.is_ != "human"


def test_a_recognised_prompt_is_told_early_with_its_end() -> None:
    second = Call(np.concatenate(CALL), first().memory)
    told = [event for event in second.events if isinstance(event, PromptRecognised)]
    assert [event.calls for event in told] == [1, 1]
    for event, segment in zip(told, second.speech, strict=True):
        assert event.prompt == segment.prompt
        assert event.known - segment.start <= 2.0
        assert event.ends == pytest.approx(segment.end, abs=0.08)


def test_a_variable_part_is_recognised_and_the_rest_remembered() -> None:
    def said(number: str) -> Sound:
        parts = ("您好，您前面还有", number, "请您耐心等待，不要挂机，谢谢")
        return np.concatenate([silence(0.5), *(voiced(part)[: -400 or None] for part in parts), silence(1.5)])

    memory = Call(said("三位客户在等待，"), Memory("")).memory
    plain = Call(said("十二位客户在等待，"), None)
    second = Call(said("十二位客户在等待，"), memory)
    assert second.speech[0].text == plain.speech[0].text
    assert second.speech[0].prompt == memory.prompts[0].id


def test_a_prompt_cut_short_loses_no_word_and_gets_none_too_many() -> None:
    said = np.concatenate([silence(0.5), voiced(MENU)[: 8000 * 4], silence(1.5)])
    plain, second = Call(said, None), Call(said, first().memory)
    assert second.speech[0].text == plain.speech[0].text
    assert second.speech[0].end == pytest.approx(plain.speech[0].end)


def test_a_person_who_speaks_right_after_a_known_prompt_is_heard_as_somebody_else() -> None:
    memory = Call(np.concatenate([silence(0.5), voiced(QUEUE), silence(2)]), Memory("")).memory
    answer = person("您好，工号三零二七，请问有什么可以帮您", before=0.35)
    lead = np.concatenate([silence(0.5), voiced(QUEUE)])
    call = Call(np.concatenate([lead, answer]), memory)
    assert [segment.text for segment in call.speech] == [memory.prompts[0].text, "您好工号三零二七请问有什么可以帮您"]
    human = [event for event in call.events if isinstance(event, HumanAnswered)]
    assert [event.at for event in human] == [pytest.approx(lead.size / 8000 + 0.35, abs=0.07)]


def test_who_speaks_after_a_single_ring_does_not_belong_to_what_was_said_before_it() -> None:
    """A ring holds everything up until it is known whether it comes again; here somebody answers instead."""
    lead = np.concatenate([silence(0.5), voiced(QUEUE), tone([450], (1.0, 4.0), 1)])
    call = Call(np.concatenate([lead, person("您好，请问有什么可以帮您", before=0.05)]), None)
    assert call.speech[-1].start == pytest.approx(lead.size / 8000 + 0.05, abs=0.08)
    assert call.speech[0].text == QUEUE.replace("，", "")
    assert call.speech[0].end <= 0.5 + voiced(QUEUE).size / 8000 + 1.1


CONNECTING = "正在为您接通"


def test_a_recording_that_a_person_follows_at_once_is_known_by_itself_once_another_person_follows_it() -> None:
    """Of the first call only the sound of both together is kept."""
    lead = np.concatenate([silence(0.5), voiced(CONNECTING)])

    def call(answer: str, voice: Voice, memory: Memory) -> Call:
        return Call(np.concatenate([lead, silence(0.3), voiced(answer, voice), silence(2)]), memory)

    together = call("您好，请讲", AGENT, Memory(""))
    assert [len(segment.text) > len(CONNECTING) for segment in together.speech] == [True]
    wordless = together.memory.prompts[0]
    wordless = replace(wordless, words=(), told=(), model="")  # as of a person's, whatever the verdict was
    memory = replace(together.memory, prompts=(wordless,))
    parted = call("喂，您好，有什么可以帮您", Voice("cmn", "f4", 170, 60, -17.0), memory)
    learned = next(prompt for prompt in parted.memory.prompts if prompt.id == wordless.id)
    assert learned.text == CONNECTING
    assert learned.ends == pytest.approx(voiced(CONNECTING).size / 8000 + 0.1, abs=0.2)
    third = call("您好，工号一二三", AGENT, parted.memory)
    assert [segment.text for segment in third.speech] == [CONNECTING, "您好工号一二三"]
    assert third.speech[0].verdict is not None
    assert third.speech[0].verdict.is_ == "recording"
    assert third.speech[0].prompt == wordless.id
    assert third.speech[1].start == pytest.approx(lead.size / 8000 + 0.3, abs=0.07)


def _place_in_queue(number: str, quicker: int = 0) -> Sound:
    voice = Voice("cmn", "f2", 190 + quicker, 50, -16.0)
    return np.concatenate([silence(0.5), voiced(f"您前面还有{number}位客户在等待，请耐心等候", voice), silence(1.5)])


@pytest.mark.parametrize("quicker", [0, 3])  # put together from the same pieces; recorded once for each number
def test_an_announcement_with_another_number_is_not_told_as_the_one_remembered(quicker: int) -> None:
    three = Call(_place_in_queue("三"), Memory(""))
    one = Call(_place_in_queue("一", quicker), three.memory)
    assert three.memory.prompts[0].id not in [e.prompt for e in one.events if isinstance(e, PromptRecognised)]
    assert one.speech[0].text == three.speech[0].text.replace("三", "一")


def test_in_noise_an_announcement_with_another_number_is_another_and_known_by_its_number_when_it_comes_again() -> None:
    def call(number: str, memory: Memory, seed: int) -> Call:
        sound = _place_in_queue(number)
        return Call(sound + noise(sound.size / 8000, -35, seed)[: sound.size], memory)

    def told(call: Call) -> list[str]:
        return [event.prompt for event in call.events if isinstance(event, PromptRecognised)]

    two = call("二", Memory(""), 1)
    eight = call("八", two.memory, 2)
    assert told(eight) == []
    assert eight.speech[0].text == two.speech[0].text.replace("二", "八")
    assert len(eight.memory.prompts) == 2
    for number, prompt in zip(("二", "八"), eight.memory.prompts, strict=True):
        again = call(number, eight.memory, 3)
        assert told(again) == [prompt.id]
        assert number in again.speech[0].text


def test_what_began_like_a_remembered_announcement_and_went_on_otherwise_is_learned_whole() -> None:
    one = Call(_place_in_queue("一", 3), Call(_place_in_queue("三"), Memory("")).memory)
    assert one.memory.prompts[1].text == one.speech[0].text
    again = Call(_place_in_queue("一", 3), one.memory)
    told = [event for event in again.events if isinstance(event, PromptRecognised)]
    assert [event.prompt for event in told] == [one.memory.prompts[1].id] == [again.speech[0].prompt]
    assert told[0].known - again.speech[0].start <= 2.0
    assert again.speech[0].text == one.speech[0].text


def test_a_prompt_that_comes_again_in_the_same_call_is_recognised() -> None:
    again = Call(np.concatenate([silence(0.5), voiced(MENU), silence(1.5), voiced(MENU), silence(1.5)]), Memory(""))
    one, two = again.speech
    assert (one.prompt, two.prompt) == (None, again.memory.prompts[0].id)
    assert two.text == one.text
    assert len(again.memory.prompts) == 1


@pytest.mark.parametrize("doubtful", [False, True])
def test_from_when_to_when_a_remembered_recording_was_heard_is_known_to_the_verdict(doubtful: bool) -> None:
    sound = np.concatenate([silence(0.5), voiced(QUEUE), silence(1.5)])
    memory = Call(sound, Memory("")).memory
    memory = replace(memory, prompts=tuple(replace(prompt, doubtful=doubtful) for prompt in memory.prompts))
    openings: list[Opening] = []

    def noted(opening: Opening) -> Verdict:
        openings.append(opening)
        return judge(opening)

    listener = Listener(Watched(), memory=memory, judge=noted)
    for frame in frames(sound):
        list(listener.hear(frame))
    list(listener.finish())
    if doubtful:
        assert openings[-1].recordings == ()
    else:
        ((since, until),) = openings[-1].recordings
        assert since == pytest.approx(0.35, abs=0.15)
        assert until == pytest.approx(0.5 + voiced(QUEUE).size / 8000, abs=0.2)


def test_two_prompts_that_share_words_are_each_heard_as_they_are() -> None:
    said = [
        np.concatenate([silence(0.5), voiced(text), silence(1.5)])
        for text in (MENU, "您好，欢迎致电自来水公司，停水公告请按三，水质咨询请按四，投诉请按五")
    ]
    memory = Call(said[1], Call(said[0], Memory("")).memory).memory
    assert len(memory.prompts) == 2
    for sound in said:
        plain, again = Call(sound, None), Call(sound, memory)
        assert again.speech[0].text == plain.speech[0].text
        assert again.speech[0].prompt in [e.prompt for e in again.events if isinstance(e, PromptRecognised)]


def test_what_was_unsure_is_a_known_recording_when_it_comes_again() -> None:
    said = np.concatenate([silence(0.5), voiced("嗯，是这样的，我看一下，您稍等一会儿"), silence(1.5)])
    listener = Listener(Watched(), judge=lambda opening: Verdict("unsure", 0.6, (), 0.4), memory=Memory(""))
    for frame in frames(said):
        list(listener.hear(frame))
    list(listener.finish())
    memory = grown(Memory(""), "call-0", "", listener.takes)
    assert [prompt.text for prompt in memory.prompts] == [""]
    again = Call(said, memory)
    assert [segment.verdict.is_ for segment in again.speech if segment.verdict] == ["recording"]
    assert again.speech[0].text == Call(said, None).speech[0].text
    assert [prompt.text for prompt in again.memory.prompts] == [again.speech[0].text]


def test_words_of_another_model_are_not_used() -> None:
    class Other(Watched):
        def __init__(self) -> None:
            super().__init__()
            self.name = "another model"

    sound = np.concatenate(CALL[:2])
    watched = Other()
    listener = Listener(watched, memory=first().memory)
    events = [event for frame in frames(np.concatenate([sound, silence(1)])) for event in listener.hear(frame)]
    assert watched.heard > 0.8 * voiced(MENU).size
    offered = next(event for event in events if event.kind == "human_offered")
    assert offered.known == pytest.approx(
        next(known for kind, _, known in first().told() if kind == offered.kind), abs=0.3
    )
    segment = next(e.segment for e in events if isinstance(e, SegmentEnded) and e.segment.kind is Kind.SPEECH)
    assert segment.prompt == first().memory.prompts[0].id
    renewed = grown(first().memory, "later", "", listener.takes)
    assert renewed.prompts[0].model == "another model"
    assert renewed.prompts[0].text == segment.text


def test_words_that_were_heard_in_noise_are_recognised_once_more_when_the_prompt_is_heard_clearly() -> None:
    clear = np.concatenate([*CALL[:2], silence(1)])
    noisy = Call(clear + noise(clear.size / 8000, -24, 5)[: clear.size], Memory(""))
    right, misheard = first().speech[0].text, noisy.speech[0].text
    assert misheard != right
    as_noisy = Call(clear + noise(clear.size / 8000, -24, 6)[: clear.size], noisy.memory)
    assert as_noisy.watched.heard < 0.2 * noisy.watched.heard
    clearly = Call(clear, noisy.memory)
    assert clearly.speech[0].prompt == noisy.memory.prompts[0].id
    assert clearly.speech[0].text == right
    assert clearly.memory.prompts[0].text == right
    again = Call(clear, loads(dumps(clearly.memory)))
    assert again.speech[0].text == right
    assert again.watched.heard < 0.2 * clearly.watched.heard


def test_without_a_memory_nothing_is_remembered_and_nothing_recognised() -> None:
    call = Call(np.concatenate([*CALL, *CALL]), None)
    assert all(segment.prompt is None for segment in call.speech)
    assert call.memory.prompts == ()


@pytest.mark.parametrize("fed", [1, 2, 3, 4, 5])
def test_a_prompt_is_told_with_the_block_in_which_it_is_certain(fed: int) -> None:
    said = samples(np.concatenate([silence(0.5), voiced(MENU), silence(1.2)]))
    learned = Transcript(None, Library(Memory("")), 0)
    learned.hear(said, said.size / RATE, sounds=True)
    learned.close(said.size / RATE)
    take = replace(learned.take(0.5, said.size / RATE - 1.2, Verdict("recording", 1.0)), model="m")
    transcript = Transcript(None, Library(grown(Memory("h"), "c", "", [take])), 0)
    at = 0
    while not transcript.recognitions:
        frames = fed if at < RATE else min(transcript.tells_in or 5, 5)  # from then on, up to where it may be told
        due = at >= RATE and frames < 5
        transcript.hears_at_once(frames)
        transcript.hear(said[at : at + frames * FRAME], (at + frames * FRAME) / RATE, sounds=True)
        at += frames * FRAME
        assert bool(transcript.recognitions) or not due
        assert at < 3 * RATE


def test_a_prompt_is_told_as_far_as_a_late_number_and_then_with_it() -> None:
    said = samples(np.concatenate([silence(0.5), voiced("您的前面还有三七位客户正在等待"), silence(1.2)]))
    learned = Transcript(None, Library(Memory("")), 0)
    learned.hear(said, said.size / RATE, sounds=True)
    learned.close(said.size / RATE)
    take = replace(learned.take(0.5, said.size / RATE - 1.2, Verdict("recording", 1.0)), model="m")
    words = tuple(Word(word, 0.5 + start, 0.5 + end, 1.0) for word, start, end in WAITING)
    transcript = Transcript(None, Library(grown(Memory("h"), "c", "", [replace(take, words=words)])), 0)
    told: list[tuple[float, float | None]] = []
    for at in range(0, said.size, FRAME):
        transcript.hear(said[at : at + FRAME], (at + FRAME) / RATE, sounds=True)
        if len(transcript.recognitions) > len(told):
            told.append((at / RATE, transcript.recognitions[-1].as_far_as))
    (first, as_far_as), (second, all_of_it) = told
    assert first - 0.5 <= 2.0
    assert as_far_as == pytest.approx(0.5 + WAITING[1][1], abs=0.1)
    assert second > 0.5 + WAITING[2][2] - 0.2
    assert all_of_it is None


WAITING = ("您的前面还有", 0.0, 1.7), ("三", 1.7, 2.1), ("七", 2.1, 2.5), ("位客户正在等待", 2.5, 4.0)
"""Words, and about where they are."""
