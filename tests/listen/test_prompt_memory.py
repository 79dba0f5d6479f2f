from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.listen.fingerprint import MARKED, Fingerprint, Fingerprinter, differing
from probe.listen.prompt_changes import changes
from probe.listen.prompt_file import dumps, loads
from probe.listen.prompt_learning import complete, grown, merged, new_prompts, whole_unless
from probe.listen.prompt_memory import Hearing, Memory, Prompt, RememberedCall, Span, Take, Telling
from probe.timeline import Verdict, Word
from tests.listen.sounds import SENTENCES, noise, samples, silence, voiced


def take(
    frames: int = 200, spans: tuple[Span, ...] = (), verdict: str = "recording", seed: int = 1, **other: object
) -> Take:
    """A segment of sounding frames, 0.5 s of pause before and after, a word every half second."""
    random = np.random.default_rng(seed)
    bits = random.integers(0, 2**32, frames + 50, dtype=np.uint32)
    levels = np.full(frames + 50, -20, np.int8)
    levels[:25] = levels[-25:] = -80
    words = tuple(Word(f"w{n}", 10.6 + n / 2, 10.9 + n / 2, 0.9) for n in range(frames // 25))
    told = tuple(Telling(word.end + 0.3, word.end + 0.1, words[: n + 1]) for n, word in enumerate(words))
    end = 10.0 + (25 + frames + 4) * 0.02
    kept = Take(
        10.58, end, 10.0, Fingerprint(bits, bits, levels), words, told, spans, Verdict("recording", 1.0), True, "m"
    )  # type: ignore[arg-type]
    return replace(kept, verdict=Verdict(verdict, 1.0), **other)  # type: ignore[arg-type]


@pytest.mark.parametrize("verdict", ["recording", "bot"])
def test_machines_are_learned_with_their_words(verdict: str) -> None:
    memory = grown(Memory("h"), "c1", "2026", [take(verdict=verdict)])
    assert memory.prompts[0].words
    assert len(memory.calls) == 1


@pytest.mark.parametrize("verdict", ["unsure", "human"])
def test_what_may_be_a_person_is_kept_without_words_and_forgotten_unless_it_comes_again(verdict: str) -> None:
    memory = grown(Memory("h"), "c0", "2026", [take(verdict=verdict)])
    (prompt,) = memory.prompts
    assert (prompt.text, prompt.told, prompt.model) == ("", (), "")
    again = take(spans=(Span(prompt.id, 21, 228, 19, prompt.bits.size),))
    later, never = grown(memory, "c1", "2026", [again]), grown(memory, "c1", "2026", [])
    assert later.prompts[0].text == take().words[0].word + "".join(f" {word.word}" for word in take().words[1:])
    for n in range(2, 8):
        later, never = grown(later, f"c{n}", "2026", []), grown(never, f"c{n}", "2026", [])
    assert [kept.id for kept in later.prompts] == [prompt.id]
    assert never.prompts == ()


def test_what_was_unsure_once_gets_the_words_that_are_heard_of_it_though_its_beginning_is_not() -> None:
    memory = grown(Memory("h"), "c0", "2026", [take(verdict="unsure")])
    (prompt,) = memory.prompts
    span = Span(prompt.id, 19, 187, -22, prompt.bits.size)
    late = take(spans=(span,), anew=frozenset({prompt.id}))
    (later,) = grown(memory, "c1", "2026", [late]).prompts
    assert later.model
    assert [word.word for word in later.words] == [word.word for word in late.words if word.start < 10 + 187 * 0.02]
    assert later.words[0].start == pytest.approx(late.words[0].start - 10 + 22 * 0.02)
    piece = replace(late, spans=(replace(span, sure=False),))
    assert not grown(memory, "c1", "2026", [piece]).prompts[0].model, "it may be a piece of something else"


def test_a_prompt_keeps_its_words_from_its_own_first_sample_on() -> None:
    (prompt,) = grown(Memory("h"), "c1", "", [take()]).prompts
    assert prompt.words[0].start == pytest.approx(10.6 - (10.0 + 19 * 0.02))
    assert prompt.told[-1].words == prompt.words
    assert prompt.ends == pytest.approx(prompt.end)


def test_a_call_counts_once() -> None:
    memory = grown(Memory("h"), "c1", "", [take()])
    assert grown(memory, "c1", "", [take(seed=2)]) is memory


def test_what_is_known_is_keeps_it_and_not_learned_again() -> None:
    memory = grown(Memory("h"), "c1", "", [take()])
    prompt = memory.prompts[0]
    again = take(spans=(Span(prompt.id, 21, 228, 19, prompt.bits.size),))
    later = grown(memory, "c2", "", [again])
    (kept,) = later.prompts
    assert (kept.bits is prompt.bits, kept.words == prompt.words, kept.agreed) == (True, True, True)
    assert later.calls_of() == {prompt.id: 2}


def test_a_short_new_part_is_not_learned_and_a_long_one_is() -> None:
    def parts(gap: int) -> Take:
        return take(frames=400, spans=(Span("p-a", 20, 120, 20, 100), Span("p-a", 120 + gap, 426, 60, 500)))

    assert new_prompts(parts(50)) == []
    (prompt, at) = new_prompts(parts(150))[0]
    assert at == pytest.approx(10.0 + 120 * 0.02)
    assert prompt.bits.size == 150


def test_what_is_said_anew_is_another_recording() -> None:
    memory = grown(Memory("h"), "c1", "", [take()])
    (prompt,) = memory.prompts
    span = Span(prompt.id, 19, 228, 19, prompt.bits.size)
    for anew, names in ((False, 1), (True, 2)):
        again = take(seed=2, spans=(replace(span, anew=anew),))
        later = grown(memory, "c2", "", [again])
        assert len(later.prompts) == names
        assert later.calls[-1].heard[0].prompt == later.prompts[-1].id
        assert later.prompts[0].bits.tolist() == prompt.bits.tolist()
    doubted = grown(Memory("h"), "c1", "", [take(verdict="human")])
    for anew in (False, True):
        again = take(spans=(replace(span, prompt=doubted.prompts[0].id, anew=anew),))
        known = {known.id: known for known in grown(doubted, "c2", "", [again]).prompts}
        assert known[doubted.prompts[0].id].doubtful is anew, "it is not heard again"


def test_a_piece_that_a_prompt_shares_with_another_does_not_take_it_apart() -> None:
    shared = take(frames=400, spans=(Span("p-a", 150, 190, -100, 900),))
    assert [prompt.bits.size for prompt, _ in new_prompts(shared)] == [400 + 6]
    assert grown(Memory("h", (replace(new_prompts(take())[0][0], id="p-a"),)), "c", "", [shared]).calls_of()["p-a"] == 0


def test_a_recording_that_only_begins_like_a_remembered_one_is_learned_whole() -> None:
    memory = grown(Memory("h"), "c1", "", [take()])
    begun = Span(memory.prompts[0].id, 21, 130, 19, memory.prompts[0].bits.size)
    known = grown(memory, "c2", "", [take(seed=2, spans=(begun,))])
    assert begun.prompt in [hearing.prompt for hearing in known.calls[-1].heard]
    other = take(seed=2, spans=(replace(begun, parted=True),))
    learned = grown(memory, "c2", "", [other])
    assert [hearing.prompt for hearing in learned.calls[-1].heard] == [learned.prompts[-1].id]
    assert learned.prompts[-1].text == grown(Memory("h"), "c2", "", [take(seed=2)]).prompts[0].text


def test_a_prompt_that_was_cut_short_grows_when_more_of_it_is_heard() -> None:
    cut = whole_unless(take(frames=100), [12.6], now=30.0)
    assert not cut.whole
    memory = grown(Memory("h"), "c1", "", [cut])
    prompt = memory.prompts[0]
    longer = take(frames=300, spans=(Span(prompt.id, 19, 127, 19, prompt.bits.size),))
    later = grown(memory, "c2", "", [longer])
    (whole,) = later.prompts
    assert whole.id == prompt.id
    assert whole.whole
    assert whole.seconds == pytest.approx(6.0)
    assert len(whole.words) > len(prompt.words)


def said_over(level: float, spans: tuple[Span, ...] = ()) -> Take:
    """A recording said into noise of so many dBFS."""
    said = np.concatenate([silence(0.5), voiced(SENTENCES[1]), silence(0.5)])
    print_ = Fingerprinter().feed(samples(said + noise(said.size / 8000, level, seed=round(-level))[: said.size]))
    return replace(take(), print=print_, end=10.0 + said.size / 8000 - 0.5, spans=spans)


def test_a_prompt_heard_with_less_noise_is_remembered_as_it_is_heard_then() -> None:
    def wrong_bits(memory: Memory) -> float:
        (prompt,) = memory.prompts
        clean, piece = said_over(-75).print, prompt.bits[20:120]
        at = [slice(n, n + piece.size) for n in range(len(clean) - piece.size)]
        return min(float(differing(piece, clean.bits[n], clean.marks[n]).mean()) for n in at) / MARKED

    noisy, clean = said_over(-40), said_over(-70)
    memory = grown(Memory("h"), "c1", "", [noisy])
    (prompt,) = memory.prompts
    lag = int(np.flatnonzero(noisy.print.bits == prompt.bits[0])[0])
    span = (Span(prompt.id, lag, lag + prompt.bits.size, lag, prompt.bits.size),)
    better = grown(memory, "c2", "", [replace(clean, spans=span)])
    assert (better.prompts[0].id, better.prompts[0].words) == (prompt.id, prompt.words)
    assert wrong_bits(better) < 0.02 < 0.05 < wrong_bits(memory)
    assert grown(better, "c3", "", [replace(noisy, spans=span)]).prompts == better.prompts


def test_a_prompt_that_was_heard_clearly_keeps_its_sound() -> None:
    def keeps_it(level: float) -> bool:
        """Whether it keeps its sound where it is learned in so much noise and heard again without."""
        learned = said_over(level)
        memory = grown(Memory("h"), "c1", "", [learned])
        (prompt,) = memory.prompts
        lag = int(np.flatnonzero(learned.print.bits == prompt.bits[0])[0])
        span = (Span(prompt.id, lag, lag + prompt.bits.size, lag, prompt.bits.size),)
        (later,) = grown(memory, "c2", "", [replace(said_over(-85), spans=span)]).prompts
        return bool(np.array_equal(later.bits, prompt.bits))

    assert keeps_it(-60)


def spoilt(frames: Take, share: float, seed: int = 1) -> Take:
    """The same with a share of its bits turned by chance."""
    random = np.random.default_rng(seed)
    turned = random.random((frames.print.bits.size, 32)) < share
    bits = frames.print.bits ^ np.packbits(turned, axis=1, bitorder="little").view("<u4")[:, 0]
    return replace(frames, print=Fingerprint(bits, frames.print.marks, frames.print.levels))


def test_a_sound_with_which_no_hearing_agrees_is_replaced_until_two_agree() -> None:
    good = take()
    marks = np.full(good.print.bits.size, 0x0007FFFF, np.uint32)  # 19 of a frame's bits
    good = replace(good, print=replace(good.print, marks=marks))
    memory = grown(Memory("h"), "c1", "", [spoilt(good, 0.12)])
    (poor,) = memory.prompts
    again = replace(good, spans=(Span(poor.id, 19, 19 + poor.bits.size, 19, poor.bits.size),))
    memory = grown(memory, "c2", "", [again])
    (mended,) = memory.prompts
    assert (mended.id, mended.words, mended.agreed) == (poor.id, poor.words, False)
    assert np.array_equal(mended.bits, good.print.bits[19 : 19 + poor.bits.size])
    elsewhere = grown(memory, "c3", "", [spoilt(again, 0.25)])
    assert elsewhere.prompts[0].bits is mended.bits, "something else sounded in it"
    assert not elsewhere.prompts[0].agreed
    memory = grown(memory, "c3", "", [again])
    (sure,) = memory.prompts
    assert sure.agreed
    assert loads(dumps(memory)).prompts[0].agreed
    assert grown(memory, "c4", "", [spoilt(again, 0.12)]).prompts[0].bits is sure.bits


@pytest.mark.parametrize(("share", "agrees", "keeps"), [(0.055, True, True), (0.08, True, False), (0.1, False, False)])
def test_what_was_learned_through_another_codec_is_replaced_once(share: float, agrees: bool, keeps: bool) -> None:
    """Of the bits 0.026 are explained by noise here."""
    good = take()
    good = replace(good, print=replace(good.print, marks=np.full(good.print.bits.size, 0x0007FFFF, np.uint32)))
    memory = grown(Memory("h"), "c1", "", [spoilt(good, share)])
    (learned,) = memory.prompts
    span = (Span(learned.id, 19, 19 + learned.bits.size, 19, learned.bits.size),)
    (later,) = grown(memory, "c2", "", [replace(good, spans=span)]).prompts
    assert (later.agreed, later.bits is learned.bits) == (agrees, keeps)


def test_two_hearings_in_one_call_do_not_agree_whatever_the_line_does_to_both() -> None:
    good = take()
    good = replace(good, print=replace(good.print, marks=np.full(good.print.bits.size, 0x0007FFFF, np.uint32)))
    poor = spoilt(good, 0.12)
    (learned,) = grown(Memory("h"), "c1", "", [poor]).prompts
    span = (Span(learned.id, 19, 19 + learned.bits.size, 19, learned.bits.size),)
    later = replace(poor, start=poor.start + 20, end=poor.end + 20, begin=poor.begin + 20, spans=span)
    memory = grown(Memory("h"), "c1", "", [poor, later])
    assert [(prompt.id, prompt.agreed) for prompt in memory.prompts] == [(learned.id, False)]
    better = replace(good, start=later.start, end=later.end, begin=later.begin, spans=span)
    (kept,) = grown(Memory("h"), "c1", "", [poor, better]).prompts
    assert np.array_equal(kept.bits, learned.bits)
    (mended,) = grown(memory, "c2", "", [replace(good, spans=span)]).prompts
    assert np.array_equal(mended.bits, good.print.bits[19 : 19 + learned.bits.size])


def test_a_sound_that_was_learned_a_step_late_in_part_is_replaced() -> None:
    good = take()
    good = replace(good, print=replace(good.print, marks=np.full(good.print.bits.size, 0x0007FFFF, np.uint32)))
    bits = good.print.bits.copy()
    bits[24:224] = np.where(np.arange(200) < 60, bits[23:223], bits[24:224])
    halves = np.random.default_rng(4).integers(0, 2**32, bits.size, dtype=np.uint32)
    smooth = (bits & halves) | (good.print.bits & ~halves)  # neighbours are alike, as those of sounds are
    memory = grown(Memory("h"), "c1", "", [replace(good, print=replace(good.print, bits=smooth))])
    (learned,) = memory.prompts
    again = replace(good, spans=(Span(learned.id, 19, 19 + learned.bits.size, 19, learned.bits.size),))
    (mended,) = grown(memory, "c2", "", [again]).prompts
    assert np.array_equal(mended.bits, good.print.bits[19 : 19 + learned.bits.size])


@pytest.mark.parametrize(("late", "noise", "replaces"), [(0.0, -90, True), (0.008, -90, False), (0.008, -30, True)])
def test_a_sound_is_not_replaced_by_one_half_a_step_late_or_it_would_creep_call_by_call_unless_it_was_in_noise(
    late: float, noise: int, replaces: bool
) -> None:
    def heard(late: float) -> Take:
        said = [silence(0.5 + late), voiced(SENTENCES[0])[: 4 * 8000], silence(0.7 - late)]
        frames = Fingerprinter().feed(samples(np.concatenate(said)))
        return replace(take(), print=frames, end=14.5)

    memory = grown(Memory("h"), "c1", "", [heard(0.0)])
    (learned,) = memory.prompts
    begin = next(n for n in range(60) if np.array_equal(heard(0.0).print.bits[n : n + learned.bits.size], learned.bits))
    learned = replace(learned, levels=np.maximum(learned.levels, noise).astype(np.int8))
    memory = replace(memory, prompts=(learned,))
    again = spoilt(heard(late), 0.08)
    again = replace(again, spans=(Span(learned.id, begin, begin + learned.bits.size, begin, learned.bits.size),))
    known = {known.id: known for known in grown(memory, "c2", "", [again]).prompts}[learned.id]
    assert (known.bits is not learned.bits) is replaces


def test_a_hearing_with_another_pause_in_it_does_not_replace_the_sound() -> None:
    good = take()
    marks = np.full(good.print.bits.size, 0x0007FFFF, np.uint32)
    good = replace(good, print=replace(good.print, marks=marks))
    memory = grown(Memory("h"), "c1", "", [spoilt(good, 0.05)])
    (poor,) = memory.prompts
    bits = good.print.bits.copy()
    bits[19:59] = good.print.bits[21:61]  # its beginning is two frames earlier against the rest
    out = replace(good, print=replace(good.print, bits=bits))
    out = replace(out, spans=(Span(poor.id, 19, 19 + poor.bits.size, 19, poor.bits.size),))
    assert grown(memory, "c2", "", [out]).prompts[0].bits is poor.bits


def test_two_memories_become_one() -> None:
    one = grown(Memory("h"), "c1", "2026-01-01", [take()])
    other = grown(Memory("h"), "c0", "2025-01-01", [take(seed=2)])
    both = merged(one, other)
    assert [call.id for call in both.calls] == ["c0", "c1"]
    assert {p.id for p in both.prompts} == {p.id for p in (*one.prompts, *other.prompts)}
    assert merged(both, one) == replace(both, prompts=merged(both, one).prompts)


def heard(*calls: str) -> Memory:
    """Calls as the prompts heard one after the other: "a b"."""
    names = sorted({name for call in calls for name in call.split()})
    kept = tuple(Prompt(n, np.ones(9, np.uint32), np.ones(9, np.int8), (Word(n.upper(), 0, 1, 1),)) for n in names)
    rows = []
    for number, call in enumerate(calls):
        said = call.split()
        hearings = tuple(Hearing(p, float(n), said[n - 1] if n else "") for n, p in enumerate(said))
        rows.append(RememberedCall(f"c{number}", "", hearings))
    return Memory("h", kept, tuple(rows))


def test_a_prompt_that_another_stands_in_for_has_changed() -> None:
    (change,) = changes(heard("a b", "a b", "a c"))
    assert (change.old, change.new, change.last, change.since, change.calls) == ("b", "c", "c1", "c2", 1)
    assert not change.same_words


def test_prompts_that_take_turns_have_not_changed() -> None:
    assert changes(heard("a b", "a c", "a b", "a c", "a c")) == []


def test_a_prompt_that_no_call_came_to_has_not_changed() -> None:
    assert [change.old for change in changes(heard("a b", "a b", "x"))] == ["a"]


words = st.builds(
    Word, st.text(min_size=1, max_size=3), *[st.floats(0, 99).map(lambda x: round(x, 4))] * 2, st.just(0.5)
)
prompts = st.builds(
    lambda name, bits, said, whole, clear: Prompt(
        f"p-{name}",
        np.array(bits, np.uint32),
        np.full(len(bits), -20, np.int8),
        tuple(said),
        tuple(Telling(n / 10, n / 20, tuple(said[: n + 1])) for n in range(len(said))),
        "model",
        whole,
        1.5,
        clear=clear,
    ),
    st.integers(0, 99),
    st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=30),
    st.lists(words, max_size=6),
    st.booleans(),
    st.none() | st.integers(0, 90).map(float),
)


@given(st.lists(prompts, max_size=4), st.text(max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_memory_is_the_same_after_being_written_and_read(kept: list[Prompt], name: str) -> None:
    calls = RememberedCall("c", "2026", (Hearing("p-1", 1.25, "p-2 0"),)), RememberedCall("d", "2026", (), "", 31.25)
    memory = Memory(name, tuple(kept), calls)
    text = dumps(memory)
    read = loads(text)
    assert dumps(read) == text
    assert read.calls == memory.calls
    for before, after in zip(memory.prompts, read.prompts, strict=True):
        assert np.array_equal(before.bits, after.bits)
        same = (before.words, before.told, before.whole, before.clear)
        assert same == (after.words, after.told, after.whole, after.clear)


@pytest.mark.parametrize("level", [-90, -70])
def test_a_prompt_without_sound_is_refused(level: int) -> None:
    silent = Prompt("p-1", np.ones(9, np.uint32), np.full(9, level, np.int8))
    with pytest.raises(ValueError, match="line 2: ValueError: a prompt without sound"):
        loads(dumps(Memory("h", (silent,))))


@given(st.integers(0, 10**6), st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_is_never_taken_for_a_memory(place: int, byte: int) -> None:
    memory = grown(Memory("h"), "c1", "2026", [take(frames=40)])
    data = bytearray(dumps(memory).encode())
    data[place % len(data)] = byte
    try:
        loaded = loads(bytes(data).decode())
    except ValueError:
        return
    # Only the hotline's name and the head's spelling are not in the digest; nothing that was heard can be another.
    assert dumps(replace(loaded, hotline="h")) == dumps(memory)


def test_a_memory_knows_after_which_prompt_a_person_answered() -> None:
    connected = take()
    person = replace(take(seed=2, verdict="human"), at_once=True, opens=True)
    memory = grown(Memory("h"), "c1", "2026", [connected, person])
    (prompt, _) = memory.prompts
    assert memory.calls[0].person_after == prompt.id
    assert memory.led_to_person() == {prompt.id: 1}
    assert loads(dumps(memory)).calls == memory.calls
    at_first = grown(Memory("h"), "c1", "2026", [person])
    assert at_first.led_to_person() == {"": 1}
    after_ringing = grown(Memory("h"), "c1", "2026", [replace(connected, early=True), person])
    assert after_ringing.led_to_person() == {"": 1}
    after_music = grown(Memory("h"), "c1", "2026", [connected, replace(person, at_once=False)])
    assert after_music.led_to_person() == {}


def test_a_recording_that_was_remembered_with_a_persons_words_ends_where_it_is_heard_to_end_before_a_person() -> None:
    memory = grown(Memory("h"), "c1", "", [take(frames=300)])
    (joined,) = memory.prompts
    alone = take(frames=120, spans=(Span(joined.id, 21, 150, 19, joined.bits.size),))
    person = take(frames=150, seed=2, verdict="human", start=14.0, end=17.0, begin=13.5)
    (parted, _) = grown(memory, "c2", "", [alone, replace(person, opens=True)]).prompts
    assert (parted.id, parted.model) == (joined.id, "m")
    assert parted.bits.size < joined.bits.size // 2
    assert 0 < len(parted.words) < len(joined.words)
    for others in ([alone, person], [replace(alone, whole=False), replace(person, opens=True)], [alone]):
        assert grown(memory, "c2", "", others).prompts[0].bits.size == joined.bits.size


def two_in_one(pause: int = -80) -> Take:
    """Two recordings one right after the other, 0.4 s of pause between them; in seconds of their sound, 2.6 and 3."""
    both = take(frames=300)
    levels = both.print.levels.copy()
    levels[155:175] = pause
    return replace(both, print=replace(both.print, levels=levels))


def test_of_two_recordings_remembered_as_one_the_second_heard_alone_is_one_of_its_own() -> None:
    person = replace(take(seed=2, verdict="human"), at_once=True, opens=True, start=20.58, begin=20.0, end=24.6)
    memory = grown(Memory("h"), "c1", "", [two_in_one(), person])
    both, _ = memory.prompts
    lag = 25 - (175 - 19)  # the second one's first sound is the take's
    alone = take(frames=150, spans=(Span(both.id, 27, 171, lag, both.bits.size),))
    later = grown(memory, "c2", "", [alone])
    first, second = (prompt for prompt in later.prompts if prompt.model)
    assert first.id == both.id
    assert first.text + " " + second.text == both.text
    assert second.words[0].start == pytest.approx(0.1, abs=0.2)
    assert first.ends == pytest.approx(155 * 0.02 - 0.38 + 0.08, abs=0.1)
    assert second.bits.size == both.bits.size - (175 - 19 - 6)
    assert [heard.prompt for heard in later.calls[-1].heard] == [second.id]
    assert later.calls[0].person_after == second.id, "the person answered after both"
    (one, two) = later.calls[0].heard[:2]
    assert (one.prompt, two.prompt, two.after) == (first.id, second.id, first.id)
    assert two.at - one.at == pytest.approx((175 - 19 - 6) * 0.02)
    assert later.calls[0].heard[2].after.startswith(second.id)
    for part in (first, second):
        assert [telling.words[-1].word for telling in part.told] == [word.word for word in part.words]
        assert part.told[0].known == pytest.approx(part.words[0].end + 0.3)
    assert second.ends == pytest.approx(both.ends - (175 - 19 - 6) * 0.02)
    assert loads(dumps(later)).prompts[0].text == first.text


def test_of_two_recordings_the_second_may_be_heard_from_its_first_sound_on() -> None:
    both = two_in_one()
    memory = grown(Memory("h"), "c1", "", [both])
    joined, late = memory.prompts[0], 22
    alone = take(frames=150, spans=(Span(joined.id, 27 - late, 171 - late, -131 - late, joined.bits.size),))
    alone = replace(alone, print=alone.print[late:171], begin=alone.begin + late * 0.02)
    first, second = grown(memory, "c2", "", [alone]).prompts
    assert first.id == joined.id
    assert second.bits.size == joined.bits.size - (175 - 19 - 6)


def test_of_two_recordings_parted_within_a_call_that_call_heard_both() -> None:
    lag = 25 - (175 - 19)
    both = two_in_one()
    joined = grown(Memory("h"), "c1", "", [both]).prompts[0]
    alone = take(frames=150, spans=(Span(joined.id, 27, 171, lag, joined.bits.size),), start=30.58, begin=30.0)
    memory = grown(Memory("h"), "c1", "", [both, replace(alone, end=33.6)])
    first, second = memory.prompts
    assert [heard.prompt for heard in memory.calls[0].heard] == [first.id, second.id, second.id]
    assert memory.calls[0].heard[1].at == pytest.approx(10.38 + 3.0, abs=0.02)
    cut = (Hearing(first.id, 5.0), Hearing("p-x", 6.0, first.id))
    earlier = replace(memory, prompts=(joined,), calls=(RememberedCall("c0", "", cut),))
    assert grown(earlier, "c2", "", [alone]).calls[0].heard == cut, "something else was heard by then"


@pytest.mark.parametrize(
    "span",
    [
        Span("", 60, 171, -131, 0),
        Span("", 27, 100, -131, 0),
        Span("", 27, 171, -131, 0, sure=False),
        Span("", 27, 171, -131, 0, parted=True),
        Span("", 27, 171, -131, 0, anew=True),
    ],
    ids=["something else before it", "not to its end", "a piece", "parted", "another number"],
)
def test_what_is_heard_otherwise_does_not_take_a_recording_apart(span: Span) -> None:
    memory = grown(Memory("h"), "c1", "", [two_in_one()])
    both = memory.prompts[0]
    part = take(frames=150, spans=(replace(span, prompt=both.id, size=both.bits.size),))
    assert grown(memory, "c2", "", [part]).prompts[0].bits.size == both.bits.size


def test_a_recording_stays_one_where_no_word_begins_in_it_or_another_follows_what_is_heard() -> None:
    memory = grown(Memory("h"), "c1", "", [two_in_one()])
    both = memory.prompts[0]
    span = Span(both.id, 27, 171, -131, both.bits.size)
    wordless = replace(memory, prompts=(replace(both, words=both.words[:3]),))
    assert grown(wordless, "c2", "", [take(frames=150, spans=(span,))]).prompts[0].bits.size == both.bits.size
    silent = take(frames=150, spans=(span,))
    silent = replace(silent, print=replace(silent.print, levels=np.full(len(silent.print), -90, np.int8)))
    assert grown(memory, "c2", "", [silent]).prompts[0].bits.size == both.bits.size
    more = take(frames=300, spans=(span, Span("p-other", 180, 300, 180, 120)))
    assert grown(memory, "c2", "", [more]).prompts[0].bits.size == both.bits.size


def test_where_no_pause_is_heard_a_recording_stays_one() -> None:
    memory = grown(Memory("h"), "c1", "", [two_in_one(pause=-25)])
    both = memory.prompts[0]
    alone = take(frames=150, spans=(Span(both.id, 27, 171, 25 - (175 - 19), both.bits.size),))
    assert grown(memory, "c2", "", [alone]).prompts[0].bits.size == both.bits.size


@pytest.mark.parametrize(
    ("before", "says", "parted"),
    [(156, 0, True), (156, 1, False), (40, 0, False)],
    ids=["a tone", "words", "as music before a voice"],
)
def test_a_tone_that_was_taken_for_speech_is_parted_from_what_is_said_right_after_it(
    before: int, says: int, parted: bool
) -> None:
    both = grown(Memory("h"), "c1", "", [two_in_one(pause=-25)]).prompts[0]
    first = next(n for n, word in enumerate(both.words) if word.start > before * 0.02)
    known = replace(both, words=both.words[first - says :])
    frames = both.bits.size - before - 10
    alone = take(frames=frames, spans=(Span(both.id, 27, 21 + frames, 25 - before, both.bits.size),))
    head, *others = grown(Memory("h", (known,)), "c2", "", [alone]).prompts
    assert head.bits.size == (before - 6 if parted else both.bits.size)
    if parted:
        assert (head.text, others[0].text) == ("", known.text)


def test_a_recording_that_goes_on_after_a_comma_was_not_cut_short_but_begins_like_another() -> None:
    memory = grown(Memory("h"), "c1", "", [take()])
    begun = Span(memory.prompts[0].id, 21, 70, 19, memory.prompts[0].bits.size)
    other = take(seed=2, spans=(begun,))
    levels = other.print.levels.copy()
    levels[75:78] = -80
    learned = grown(memory, "c2", "", [replace(other, print=replace(other.print, levels=levels))])
    assert [hearing.prompt for hearing in learned.calls[-1].heard] == [learned.prompts[-1].id]
    levels = levels.copy()
    levels[72:90] = -80  # a key cut it short, and the next recording began
    cut = grown(memory, "c2", "", [replace(other, print=replace(other.print, levels=levels))])
    assert begun.prompt in [hearing.prompt for hearing in cut.calls[-1].heard]


def test_a_person_answered_after_the_recording_that_most_of_the_segment_was() -> None:
    memory = grown(Memory("h"), "c1", "2026", [take(), take(seed=2)])
    long, short = memory.prompts
    spans = (Span(long.id, 21, 160, 19, long.bits.size), Span(short.id, 161, 290, 160, short.bits.size))
    both = take(frames=300, seed=3, spans=(spans[0], replace(spans[1], until=270)))
    person = replace(take(seed=4, verdict="human"), at_once=True, opens=True)
    later = grown(memory, "c2", "2026", [both, person])
    assert [heard.prompt for heard in later.calls[-1].heard][:2] == [long.id, short.id]
    assert later.calls[-1].person_after == long.id


def test_what_the_person_who_answered_began_with_is_of_doubt_though_nobody_was_sure_at_once() -> None:
    for opens in (True, False):
        (prompt,) = grown(Memory("h"), "c1", "2026", [take(verdict="unsure", opens=opens)]).prompts
        assert prompt.doubtful is opens


def test_what_a_person_who_answered_goes_on_with_is_of_doubt_too() -> None:
    before, first, rest = (take(verdict="unsure", start=at, end=at + 1.5) for at in (4.0, 10.6, 12.5))
    assert [kept.a_persons for kept in complete([before, first, rest], [], 30.0, person=10.62)] == [False, True, True]
    assert not any(kept.a_persons for kept in complete([before, first, rest], [], 30.0))
    machine = replace(rest, verdict=Verdict("recording", 0.99))
    assert not complete([first, machine], [], 30.0, person=10.62)[1].a_persons, "which a person may pass the call on to"
