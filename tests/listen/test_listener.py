from __future__ import annotations

from itertools import pairwise
from typing import TypeVar

import numpy as np
import pytest

from probe.listen.activity import Activity
from probe.listen.judging import Judge
from probe.listen.listener import Listener
from probe.listen.opening import Opening
from probe.listen.prompt_memory import Memory, RememberedCall
from probe.listen.verdict import judge
from probe.speech.transcriber import Transcription
from probe.speech.voice import Voice
from probe.speech.vosk_transcriber import VoskTranscriber
from probe.timeline import (
    BotAsked,
    Event,
    HumanAnswered,
    HumanOffered,
    Kind,
    MenuOption,
    Queued,
    Samples,
    Segment,
    SegmentEnded,
    SegmentStarted,
    Tick,
    Verdict,
    VerdictGiven,
    WordsHeard,
)
from tests.listen.sounds import Sound, babble, frames, music, noise, samples, silence, tone, voiced

E = TypeVar("E", bound=Event)
AGENT = Voice("cmn", "m3", 190, 45, -17.0)
QUEUE = voiced("正在为您转接人工客服，请稍候")


@pytest.fixture(scope="module")
def transcriber() -> VoskTranscriber:
    return VoskTranscriber()


def person(*turns: tuple[float, str], room: float = -40.0, after: float = 2.0, voices: bool = False) -> Sound:
    """A person in a room: pauses in seconds and what is said after each."""
    pieces = [piece for pause, text in turns for piece in (silence(pause), voiced(text, AGENT))]
    said = np.concatenate([*pieces, silence(after)])
    seconds = said.size / 8000
    return said + (babble(seconds, room, 3) if voices else noise(seconds, room, 1))[: said.size]


def listen(
    sound: Sound,
    transcriber: VoskTranscriber | None,
    answered: float = 0.0,
    judge: Judge = judge,
    memory: Memory | None = None,
) -> list[Event]:
    listener = Listener(transcriber, judge=judge, memory=memory)
    events = [event for frame in frames(sound, answered) for event in listener.hear(frame)]
    return events + list(listener.finish())


def of(events: list[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def segments(events: list[Event]) -> list[Segment]:
    return [event.segment for event in of(events, SegmentEnded)]


# ------------------------------------------------------------------------------------------------------- a whole call


@pytest.fixture(scope="module")
def call(transcriber: VoskTranscriber) -> list[Event]:
    menu = voiced("您好，欢迎致电自来水公司，水费查询请按一，报修请按二，人工服务请按零，返回请按星号键")
    hold = music(6, seed=2)
    fake = voiced("您好，感谢您的耐心等待")
    sound = [
        silence(0.5),
        menu,
        silence(1.5),
        QUEUE,
        hold,
        fake,
        music(4, seed=3),
        person((0.7, "您好，工号三零二七，请问有什么可以帮您")),
    ]
    return listen(np.concatenate(sound), transcriber)


def test_segments_follow_one_another_without_gap_or_overlap(call: list[Event]) -> None:
    found = segments(call)
    assert found[0].start == 0.0
    assert all(a.end == b.start for a, b in pairwise(found))
    assert all(segment.end > segment.start for segment in found)


def test_every_frame_ends_with_one_tick_and_nothing_is_known_before_its_frame_ends(call: list[Event]) -> None:
    now = 0.0
    for event in call:
        assert event.at <= event.known + 1e-9
        if isinstance(event, Tick):
            assert event.known == pytest.approx(now + 0.02)
            now = event.known
        elif event.kind not in ("dialed", "answered"):
            assert event.known <= now + 0.02 + 1e-9


def test_the_menu_is_read_while_it_is_spoken(call: list[Event]) -> None:
    assert [(option.key, option.label) for option in of(call, MenuOption)] == [
        ("1", "水费查询"),
        ("2", "报修"),
        ("0", "人工服务"),
        ("*", "返回"),
    ]
    menu = next(segment for segment in segments(call) if segment.kind is Kind.SPEECH)
    assert of(call, HumanOffered)[0].key == "0"
    assert of(call, HumanOffered)[0].known < menu.end


def test_a_transfer_is_a_queue_and_no_person(call: list[Event]) -> None:
    assert of(call, Queued)
    last = {event.start: event.verdict.is_ for event in of(call, VerdictGiven)}
    assert [*last.values()] == ["recording", "recording", "recording", "human"]


def test_the_person_is_dated_to_the_first_sound_and_known_within_1_2_s_of_the_last(call: list[Event]) -> None:
    answered = of(call, HumanAnswered)
    speech = [segment for segment in segments(call) if segment.kind is Kind.SPEECH][-1]
    truth = sum(s.end - s.start for s in segments(call) if s.end <= speech.start)
    assert len(answered) == 1
    assert answered[0].at == pytest.approx(truth, abs=0.07)
    assert answered[0].earliest <= answered[0].at <= answered[0].latest
    assert answered[0].known <= speech.end + 1.2


def test_final_words_come_before_the_segment_ends_and_every_speech_has_a_verdict(call: list[Event]) -> None:
    kept = [e for e in call if isinstance(e, WordsHeard | VerdictGiven | SegmentEnded | SegmentStarted)]
    for place, event in enumerate(kept):
        if isinstance(event, SegmentEnded) and event.segment.kind is Kind.SPEECH:
            words, verdict = kept[place - 2 : place]
            assert isinstance(words, WordsHeard)
            assert words.final
            assert isinstance(verdict, VerdictGiven)
            assert event.segment.verdict == verdict.verdict
            assert event.segment.words == words.words


def test_words_have_times_on_the_clock_of_the_call(call: list[Event]) -> None:
    for segment in segments(call):
        for word in segment.words:
            assert segment.start - 0.3 <= word.start <= word.end <= segment.end + 0.5


def test_the_same_frames_give_the_same_events(transcriber: VoskTranscriber) -> None:
    sound = np.concatenate([QUEUE, music(3), person((0.5, "喂，您好"), voices=True)])
    assert listen(sound, transcriber) == listen(sound, transcriber)


# ------------------------------------------------------------------------------------------------------------- people


def test_a_hesitant_person_answered_with_the_hesitation(transcriber: VoskTranscriber) -> None:
    lead = np.concatenate([QUEUE, music(4)])
    events = listen(np.concatenate([lead, person((0.8, "嗯"), (1.1, "喂，您好，请讲"))]), transcriber)
    assert of(events, HumanAnswered)[0].at == pytest.approx(lead.size / 8000 + 0.8, abs=0.07)


def test_a_pick_up_that_stays_silent_is_nobody(transcriber: VoskTranscriber) -> None:
    events = listen(np.concatenate([QUEUE, music(4), noise(8, -40)]), transcriber)
    assert not of(events, HumanAnswered)
    assert [segment.kind for segment in segments(events)][-1] is Kind.NOISE


def test_a_person_right_after_a_prompt_is_parted_from_it_by_the_room(transcriber: VoskTranscriber) -> None:
    prompt = voiced("正在为您接通，请稍候")
    events = listen(np.concatenate([prompt, person((0.5, "您好，请问有什么可以帮您"))]), transcriber)
    assert of(events, HumanAnswered)[0].at == pytest.approx(prompt.size / 8000 + 0.5, abs=0.07)


@pytest.mark.parametrize("gap", [0.05, 0.1, 0.4])
def test_a_clean_announcement_right_before_the_room_is_not_the_person(gap: float, transcriber: VoskTranscriber) -> None:
    lead = np.concatenate([QUEUE, music(4), silence(0.1), voiced("客服代表为您服务"), silence(gap)])
    events = listen(np.concatenate([lead, person((1.1, "您好，请问您要咨询什么"))]), transcriber)
    assert [event.at for event in of(events, HumanAnswered)] == pytest.approx([lead.size / 8000 + 1.1], abs=0.07)


def test_a_bot_that_excuses_itself_is_no_person_whatever_its_voice(transcriber: VoskTranscriber) -> None:
    excuse = voiced("人工坐席繁忙，小智也可以为您解答", Voice("cmn", "f4", 200, volume_db=-14.0))
    events = listen(np.concatenate([QUEUE, silence(1), excuse, silence(4)]), transcriber)
    assert not of(events, HumanAnswered)


def test_ringback_after_the_answer_and_then_a_person(transcriber: VoskTranscriber) -> None:
    lead = np.concatenate([QUEUE, silence(0.5), tone([450], (1.0, 4.0), 1), tone([450], (1.0, 1.0), 1)])
    events = listen(np.concatenate([lead, person((0.4, "喂，您好"))]), transcriber)
    assert Kind.RINGBACK in [segment.kind for segment in segments(events)]
    answered = of(events, HumanAnswered)[0]
    assert answered.at == pytest.approx(lead.size / 8000 + 0.4, abs=0.07)


def test_a_tone_that_sounds_on_after_a_recording_is_nobodys_room(transcriber: VoskTranscriber) -> None:
    looks = []

    def judges(opening: Opening) -> Verdict:
        looks.append(opening)
        return Verdict("recording", 0.9, human=0.1)

    recording = voiced("您好，很高兴为您服务")
    sounds = np.concatenate([QUEUE, music(4, seed=1), recording, tone([450], (1.0, 4.0), 2), silence(1)])
    ended = (sounds.size - tone([450], (1.0, 4.0), 2).size) / 8000 - 1
    listen(sounds, transcriber, judge=judges)
    late = [
        look
        for look in looks
        if look.goes_on and look.at > 5 and look.at + look.length + look.silence_after > ended + 0.4
    ]
    assert not late


def looks_at_a_recording_with_a_room_of_its_own(transcriber: VoskTranscriber) -> list[Opening]:
    """A hello out of the hold music over noise that ends with it; the line is silent then."""
    looks: list[Opening] = []

    def judges(opening: Opening) -> Verdict:
        looks.append(opening)
        return Verdict("unsure", 0.5, human=0.5)

    said = np.concatenate([voiced("您好，请讲"), silence(0.1)])
    recording = said + noise(said.size / 8000 + 0.1, -38)[: said.size]
    listen(np.concatenate([QUEUE, music(4, seed=1), silence(1), recording, silence(2)]), transcriber, judge=judges)
    return [look for look in looks if look.at > (QUEUE.size / 8000 + 4.5)]


def test_a_room_that_fell_silent_with_the_speech_is_nobodys_once_whoever_spoke_has_waited(
    transcriber: VoskTranscriber,
) -> None:
    looks = looks_at_a_recording_with_a_room_of_its_own(transcriber)
    assert [look.floor < -60 for look in looks if look.silence_after >= 0.79] == [True, True]


def test_nobody_is_judged_while_silence_after_speech_may_be_a_lost_packet(
    transcriber: VoskTranscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = np.concatenate([QUEUE, music(4, seed=1), person((1.0, "喂，您好"))])
    early: list[bool] = []

    def judges(opening: Opening) -> Verdict:
        early.append(opening.goes_on)
        return Verdict("unsure", 0.5, human=0.5)

    listen(lines, transcriber, judge=judges)
    assert any(early)
    early.clear()
    monkeypatch.setattr(Activity, "in_hole", property(lambda self: True))
    listen(lines, transcriber, judge=judges)
    assert early
    assert not any(early)


def test_lost_packets_on_a_noisy_line_are_not_the_room_of_who_speaks(transcriber: VoskTranscriber) -> None:
    floors: list[float] = []

    def judges(opening: Opening) -> Verdict:
        floors.append(opening.floor)
        return Verdict("recording", 0.9, human=0.1)

    words = np.concatenate([silence(1), voiced("您好"), silence(0.3), voiced("请讲"), silence(2)])
    call = words + noise(words.size / 8000, -45)[: words.size]
    lost = round((1 + voiced("您好").size / 8000 + 0.15) * 8000)
    call[lost : lost + 320] = 0
    listen(call, transcriber, judge=judges)
    assert floors
    assert min(floors) > -60


def test_a_voice_bot_is_a_bot_that_asked(transcriber: VoskTranscriber) -> None:
    bot = voiced("您好，我是智能客服小移，请问您要办理什么业务")
    events = listen(np.concatenate([silence(0.5), bot, silence(2)]), transcriber)
    assert [segment.verdict.is_ for segment in segments(events) if segment.verdict] == ["bot"]
    assert of(events, BotAsked)
    assert not of(events, HumanAnswered)


def test_who_asks_where_a_person_is_waited_for_is_no_bot_unless_it_is_known_to_be_one(
    transcriber: VoskTranscriber,
) -> None:
    def unsure(opening: Opening) -> Verdict:
        return Verdict("unsure", 0.6, human=0.4)

    asked = voiced("您好，请问您有什么问题")
    for lead, bot in ((np.concatenate([QUEUE, silence(0.5), music(6)]), False), (silence(0.5), True)):
        sound = np.concatenate([lead, silence(0.5), asked, silence(2)])
        listener = Listener(transcriber, judge=unsure)
        events = [event for frame in frames(sound) for event in listener.hear(frame)]
        assert bool(of([*events, *listener.finish()], BotAsked)) is bot


def test_nobody_answers_before_the_call_is_answered(transcriber: VoskTranscriber) -> None:
    ring = np.concatenate([music(3), person((0.5, "喂，您好，请讲"))])
    events = listen(ring, transcriber, answered=ring.size / 8000 - 0.5)
    assert Kind.SPEECH in [segment.kind for segment in segments(events)]
    assert not of(events, HumanAnswered)


# ---------------------------------------------------------------------------------------------------------- economy


class Counting:
    """The real transcriber, with the samples fed to it counted."""

    def __init__(self, real: VoskTranscriber) -> None:
        self.real, self.name, self.language, self.fed = real, real.name, real.language, 0

    def begin(self) -> Transcription:
        inner, outer = self.real.begin(), self

        class Counted:
            def feed(self, audio: Samples):  # type: ignore[no-untyped-def]
                outer.fed += audio.size
                return inner.feed(audio)

            def finish(self):  # type: ignore[no-untyped-def]
                return inner.finish()

        return Counted()


def test_silence_and_noise_are_not_sent_to_the_recogniser_nor_is_music_but_what_no_call_has_listened_to(
    transcriber: VoskTranscriber,
) -> None:
    sound = np.concatenate([silence(5), QUEUE, music(20), noise(10, -40)])
    for memory, heard in (
        (None, QUEUE.size / 8000 + 20),
        (Memory("h"), QUEUE.size / 8000 + 20),
        (
            Memory("h", (), (RememberedCall("call-1", ""), RememberedCall("call-2", "", music=8.0))),
            QUEUE.size / 8000 + 12,
        ),
        (Memory("h", (), (RememberedCall("call-1", "", music=60.0), RememberedCall("call-2", ""))), QUEUE.size / 8000),
    ):
        counting = Counting(transcriber)
        listen(sound, counting, memory=memory)  # type: ignore[arg-type]
        assert heard - 1 < counting.fed / 8000 < heard + 2.5
    counting = Counting(transcriber)
    listen(np.concatenate([music(10), QUEUE]), counting, answered=10.0)  # type: ignore[arg-type]
    assert counting.fed / 8000 < QUEUE.size / 8000 + 2.5, "ringback music is not the hotline's"


def test_without_a_transcriber_everything_but_words_is_heard() -> None:
    events = listen(np.concatenate([QUEUE, music(4), person((0.5, "喂，您好"))]), None)
    kinds = [segment.kind for segment in segments(events)]
    assert kinds[:3] == [Kind.SPEECH, Kind.MUSIC, Kind.NOISE]
    assert not of(events, WordsHeard)


def test_a_recording_without_signalling_is_heard_from_its_first_sample() -> None:
    listener = Listener(None)
    bare = [type(f)(f.number, f.heard, f.said) for f in frames(np.concatenate([silence(1), QUEUE]))]
    events = [event for frame in bare for event in listener.hear(frame)] + list(listener.finish())
    assert segments(events)[0].start == 0.0
    assert segments(events)[-1].end == pytest.approx(samples(np.concatenate([silence(1), QUEUE])).size / 8000)


@pytest.mark.parametrize(("tune", "before"), [(True, 0.9), (False, 0.25)])
def test_more_is_heard_before_a_voice_over_music_whose_first_words_do_not_show(
    tune: bool, before: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = music(14, level=-34, seed=3) if tune else silence(14)
    said = voiced("客服人员正忙，请您不要挂机")
    sound[8 * 8000 : 8 * 8000 + said.size] += said
    listener, over_music = Listener(None, memory=Memory("h")), []
    begins = listener._judging.begins

    def noted(kind: Kind, at: float, audio: Samples, over: bool) -> None:
        if kind is Kind.SPEECH:
            over_music.append(over)
        begins(kind, at, audio, over)

    monkeypatch.setattr(listener._judging, "begins", noted)
    for frame in frames(sound):
        list(listener.hear(frame))
    list(listener.finish())
    (take,) = listener.takes
    assert over_music == [tune]
    assert take.start == pytest.approx(8.0, abs=0.5)
    assert take.start - take.begin == pytest.approx(before, abs=0.01)
