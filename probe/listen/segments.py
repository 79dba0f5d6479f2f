"""From frames to segments: what is heard from when on, told as boundaries that are dated back to where they were.

A sound is not given a kind before there is evidence: a third of a second tells music from speech as a rule, so a
boundary is told a little late and dated right. Each boundary ends the segment before it, so segments never overlap and
leave nothing out. A boundary at the start of the current segment corrects its kind.

    quiet (silence, noise) ── a voice that is not music ──▶ speech ── 0.7 s without sound ──▶ quiet
          │                                                   ▲ │
          └── sound that stands still ──▶ music ◀── evidence ─┘ └── a cadence ──▶ a tone
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from probe.listen.activity import Activity, Sounding
from probe.listen.comfort_noise import NOISE_FRAMES, ComfortNoise
from probe.listen.features import QUIETEST, Features
from probe.listen.music import Change, OverMusic, evidence
from probe.listen.onsets import Onsets
from probe.listen.pick_up import CLEAN, PickUp
from probe.listen.pick_up import FRAMES as PICK_UP_FRAMES
from probe.listen.singing import Singing
from probe.listen.sound import VOICED_FRAMES, Sound
from probe.listen.tones import FRAME_SECONDS, NO_TONE, Tone, Tones
from probe.timeline import Kind, Samples

HANG_OVER = 0.7
"""Seconds without sound that end a speech segment (pauses inside a sentence are shorter)."""
HANG_OVER_QUEUED = 0.45
"""The same once the caller waits for a person: somebody may speak 0.5 s after a recording, and no menu is read any more;
guessed, pauses between the clauses of an opening are shorter."""
REST = 2.0
"""Seconds without sound that end music; guessed, longer than rests in hold music."""
NOISE_FLOOR = -52.0
"""dBFS of floor over which quiet is called noise; guessed."""

_TONE_FILLS = 0.1  # seconds within which a tone, once it sounds, is pure in the spectrum's window
_IMPURE, _PURE_SYLLABLE, _GOES_ON = 0.045, 0.35, 0.3
"""Seconds of a voice before a vowel in it that is as pure as a tone (a tone's own beginning is shorter); that the two last together,
and any pure vowel after them; and within which the voice then goes on, with another such vowel perhaps; guessed."""
_REST = 0.3  # seconds of silence that part a voice from the music before it
_CLICK_GAP = 0.06  # seconds without sound that part a toneless sound from a voice
# A short creaky word shows no pitch, but it is far over the room for longer than a click (40 ms).
_STRONG, _STRONG_LEAST = 12.0, -32.0  # dB over the floor, dBFS
_CREAKY_PEAKS = 38  # of a creaky word's frames so far over a room that is known, which need not be loud; clicks have 40
_WORD_FRAMES = 4  # frames of a voice so far over a room that is known: a word, whatever the room does after it
_SHORTEST = 0.16  # seconds heard before a sound that goes on is called speech
_UNDECIDED = 0.8  # seconds after which a sound that may be music is called speech for the time being
_MUSIC_ENOUGH = 30.0  # evidence when a sound begins; a long level vowel reaches 20
_MUSIC_ENOUGH_AMID = 45.0  # evidence in the middle of speech, where music is seldom; a wrong turn there costs words
_SPEECH_ENOUGH = 20.0  # evidence; median delay 0.46 s
_SPEECH_ENOUGH_ALONE = 5.0  # evidence of a short sound with silence around it
_A_TONE = 0.2  # seconds of a pure tone that are no vowel's; guessed
_ALONE_AT_MOST = 1.2  # seconds of such a sound; a longer one has evidence enough, or is a phrase that is sung
_DOUBT = 4.0  # evidence of music that makes the decision wait
_ALL_MUSIC = 0.5  # seconds: a change to music so soon after the start means that it all was music
_ALL_SUNG = 1.0  # the same for singing, whose first notes say less
_ALL_NOISE = 0.3  # the same for noise
_LASTS = 1.0
"""Seconds after which music, a tone or quiet seems to stay; longer than any pause in which something is decided."""
_FAR_FRAMES = 25  # half a second that then is the room's noise
_OVER_MUSIC_AT_MOST = 15.0  # seconds of speech over music, after which it may be other music
_LAGS = 1.0  # seconds after a word over music in which another may come that is not recognised yet; guessed
_NEAR, _FAR_ONLY = 14.0, 0.9  # dB under the loudest, and seconds: no 0.9 s of one voice lack a vowel that near
_FAR_OVER = 18.0  # dB over the floor from which somebody is near, however loud others were before; guessed
_QUIET_KINDS = (Kind.SILENCE, Kind.NOISE)


@dataclass(frozen=True, slots=True)
class Boundary:
    """From `at` (seconds) on, what is heard is of this `kind`."""

    kind: Kind
    at: float


class Segmenter:
    """Turns frames into boundaries."""

    def __init__(self, country: str = "CN") -> None:
        self.kind = Kind.SILENCE
        self.start = 0.0
        self.hang_over = HANG_OVER
        self.activity = Activity()
        self.tones = Tones(country)
        self.comfort_noise = ComfortNoise()
        self._to_music = Change(_MUSIC_ENOUGH)
        self._to_speech = Change(_SPEECH_ENOUGH)
        self._over_music = OverMusic()
        self._singing = Singing()
        self._behind_music: float | None = None
        self._worded = -_LAGS
        self._right_in_music = False
        self._sound: Sound | None = None
        self._before_burst: float | None = None
        self._pure_since = self._burst_until = 0.0
        self._onsets = Onsets()
        self._last = 0.0
        self._pick_up = PickUp(self.activity.floor)
        self._tone_ended = float("-inf")
        self._word = False
        self._loudest = QUIETEST
        self._near_until = 0.0
        self._floors: deque[float] = deque(maxlen=15)
        self.tone: Tone = NO_TONE
        """What the last frame told of tones."""

    @property
    def tone_sounds(self) -> bool:
        """Whether the last that sounds, or has sounded, is a tone that is pure for longer than vowels are."""
        sounds = self.tones.sounds
        lasts = sounds is not None and sounds.seconds >= _A_TONE
        return lasts or self._tone_ended >= self._last - 2 * FRAME_SECONDS

    def hear(self, frame: Features, heard: Samples) -> tuple[list[Boundary], Sounding]:
        """The boundaries that became known with this frame."""
        before = self._last
        sounding = self.activity.hear(frame)
        if self.comfort_noise.hear(frame):
            # It is nobody's room, whoever spoke before it may go on, and nothing else sounds in it.
            began = frame.at - NOISE_FRAMES * FRAME_SECONDS
            self._sound = None if self._sound is not None and self._sound.start >= began else self._sound
            sounding = self.activity.learn_room(NOISE_FRAMES)
        self._last = sounding.last
        if sounding.onset is not None:
            self._onsets.add(sounding.onset, before)
        now = frame.at + FRAME_SECONDS
        tone = self.tone = self.tones.hear(frame, heard, sounding, self.kind is Kind.SPEECH)
        if self.tones.ended is not None and self.tones.ended.seconds >= _A_TONE:
            self._tone_ended = self.tones.ended.end
        if tone.burst and self._sound is not None and frame.at - self._sound.start < _TONE_FILLS:
            # It was the tone's beginning, or a voice that says a vowel as pure as a tone and goes on.
            self._before_burst = self._sound.start if frame.at - self._sound.start >= _IMPURE else None
            self._pure_since = self._sound.start
            self._sound = None
        elif tone.burst and frame.at - self._burst_until >= FRAME_SECONDS:
            self._before_burst = self._before_burst if frame.at - self._burst_until <= _GOES_ON else None
            self._pure_since = frame.at
        if tone.burst:
            self._burst_until = now
            if now - self._pure_since > _PURE_SYLLABLE:
                self._before_burst = None  # a tone lasts longer than a syllable
        if tone.again:
            self._sound = None  # nobody answered between the two bursts: it was a click, or the codec's
        boundaries = self._tone(tone)
        if boundaries is None:
            if sounding.loud and not tone.burst and not tone.ghost:
                self._gather(frame, sounding)  # somebody who answers between two rings
            if tone.sung and self.kind is Kind.SPEECH and now - sounding.last >= self.hang_over:
                return self._turn(self._quiet(), max(sounding.last, self.start)), sounding
            return [], sounding
        if sounding.loud:
            self._singing.hear(frame)
        if sounding.noise_since is not None:
            boundaries += self._noise(sounding.noise_since)
            if sounding.loud and self.kind in _QUIET_KINDS:
                self._gather(frame, sounding)  # somebody who spoke as soon as the room was there
        elif self.kind is Kind.SPEECH:
            boundaries += self._in_speech(frame, sounding, now)
        elif self.kind is Kind.MUSIC:
            boundaries += self._in_music(frame, sounding, now)
        else:
            boundaries += self._in_quiet(frame, sounding, now)
        return boundaries, sounding

    def answered(self, at: float) -> Boundary | None:
        """The call was answered at `at`: another source begins, so speech or music of the one before ends there."""
        if self._sound is not None and self._sound.start < at:
            self._sound = None
            self._to_music.reset()
        if self.kind in (Kind.SPEECH, Kind.MUSIC) and at > self.start:
            return self._turn(self._quiet(), at)[0]
        return None

    def lasts(self, now: float) -> bool:
        """Whether what is heard, and is no speech, has lasted for a while and nothing says yet that it ends."""
        if self.kind is Kind.SPEECH or now - self.start < _LASTS:
            return False
        if self.kind is Kind.MUSIC:
            return self._to_speech.total < _DOUBT and not self._over_music.seems_to_begin
        return self._sound is None and not (self.tone.holding and self.kind in _QUIET_KINDS)

    @property
    def last(self) -> float:
        """End in seconds of the last sound."""
        return self._last

    @property
    def over_music(self) -> bool:
        """Whether the speech that is heard is over music."""
        return self._behind_music is not None

    def spoken_over(self, since: float, now: float) -> list[Boundary]:
        """The boundary at which somebody began to speak over the music that is heard: that is known, by whatever means."""
        self._over_music.spoken_over(since)
        return self._over(since, now)

    def words_until(self, end: float) -> None:
        """The last word that is heard for sure ended then: loud music does not show that a voice goes on, its words do."""
        self._worded = end

    def _amid_music(self, since: float) -> list[Boundary]:
        """Somebody began to speak right in the music, of which it is not known whether it goes on."""
        boundaries = self._turn(Kind.SPEECH, since)
        self._over_music.spoken_over(since)
        self._right_in_music = True
        return boundaries

    def _over(self, since: float, now: float) -> list[Boundary]:
        boundaries = self._turn(Kind.SPEECH, max(since, self.start))
        self._behind_music = now
        return boundaries

    # ------------------------------------------------------------------------------------------------ tones

    def _tone(self, tone: Tone) -> list[Boundary] | None:
        """Boundaries that a tone makes; None while it alone decides what is heard."""
        boundaries: list[Boundary] = []
        if tone.kind is not None:
            sound = self._sound
            if self.kind is not tone.kind and not (tone.over and tone.until <= self.start):
                boundaries += self._turn(tone.kind, max(tone.since, self.start))
            if tone.over:
                boundaries += self._turn(self._quiet(), tone.until)
            self._sound = sound if sound is not None and sound.start >= self.start else None
            return boundaries or (None if tone.holding else [])
        if tone.holding:
            return None
        return boundaries

    # ------------------------------------------------------------------------------------------------ quiet

    def _in_quiet(self, frame: Features, sounding: Sounding, now: float) -> list[Boundary]:
        if sounding.loud:
            self._gather(frame, sounding)
        sound = self._sound
        if sound is None:
            return self._change_of_quiet(now)
        if self._to_music.total >= self._to_music.enough:
            return self._turn(Kind.MUSIC, sound.start)
        silent = now - sounding.last
        doubtful = self._to_music.total > _DOUBT and now - sound.start < _UNDECIDED
        if sound.voiced >= VOICED_FRAMES and not doubtful and (now - sound.start >= _SHORTEST or silent > 0.1):
            return self._turn(Kind.SPEECH, sound.start, word=sound.near >= _WORD_FRAMES)
        if silent >= 0.3:
            # A click, a cough, a key's beep: too short or too toneless to be anybody's word.
            self._sound = None
            # On a clean line a level sound is a beep; in a room it is somebody's long "er".
            beep = self._to_music.total >= 2 * _DOUBT and sounding.floor < CLEAN
            if sound.may_be_a_syllable and not beep:
                return self._turn(Kind.SPEECH, sound.start)
        return []

    def _gather(self, frame: Features, sounding: Sounding) -> None:
        """Adds a loud frame to the sound that has no kind yet."""
        sound = self._sound
        if sound is None:
            start = sounding.onset if sounding.onset is not None else frame.at
            if self._before_burst is not None and frame.at - self._burst_until <= _GOES_ON:
                start = self._before_burst
            sound = self._sound = Sound(max(start, self.start))
            self._to_music.reset()
        elif sounding.onset is not None and not sound.voiced and self._onsets.pause >= _CLICK_GAP:
            # What came before was a click in the room, with a pause after it.
            sound.start = max(sounding.onset, self.start)
        strong = frame.level > sounding.floor + _STRONG
        creaks = strong and sounding.floor > CLEAN and 0 < frame.peaks < _CREAKY_PEAKS
        sound.voiced += frame.voiced or creaks
        sound.strong += strong and frame.level > _STRONG_LEAST
        sound.near += strong and frame.voiced and sounding.floor > CLEAN
        self._to_music.add(frame.at, evidence(frame))

    def _change_of_quiet(self, now: float) -> list[Boundary]:
        """Silence and noise are told apart by the floor, once it has kept to its side for 0.3 s."""
        self._floors.append(self.activity.floor)
        kind = self._quiet()
        if kind is self.kind or self.kind not in _QUIET_KINDS or len(self._floors) < 15:
            return []
        if any((floor > NOISE_FLOOR) != (kind is Kind.NOISE) for floor in self._floors):
            return []
        return self._turn(kind, max(now - 15 * FRAME_SECONDS, self.start))

    def _quiet(self) -> Kind:
        return Kind.NOISE if self.activity.floor > NOISE_FLOOR else Kind.SILENCE

    def _noise(self, since: float) -> list[Boundary]:
        """What sounded since then was steady noise: it ends the sound, and is quiet from there on."""
        sound, self._sound = self._sound, None
        self._to_music.reset()
        self._to_speech.reset()
        at = self._onsets.near(since, before=0.15)
        if sound is not None and at <= sound.start + 0.1:
            at = sound.start
        kind = self._quiet()
        if self.kind is Kind.SPEECH:
            # What was taken for speech was noise all along; noise after speech is left to the hang-over.
            if since <= self.start + _ALL_NOISE:
                # But a short word in a room that is known stays one, even where the room grows louder after it.
                return self._turn(kind, max(since, self.start) if self._word else self.start)
            # Noise where the line was clean: somebody picked up, and what was said before was somebody else's.
            return self._turn(kind, max(min(self._onsets.rest(at), at), self.start))
        if self.kind is kind:
            return []
        return self._turn(kind, max(at, self.start))

    # ----------------------------------------------------------------------------------------------- speech

    def _in_speech(self, frame: Features, sounding: Sounding, now: float) -> list[Boundary]:
        if self._behind_music is not None and now - self._behind_music < _OVER_MUSIC_AT_MOST:
            since = self._over_music.ends(frame.at, evidence(frame)) if sounding.loud else None
            if since is not None and now - self._worded >= _LAGS:
                return self._turn(Kind.MUSIC, max(since, self.start), same_music=True)
        elif sounding.loud and (since := self._music_since(frame)) is not None:
            return self._turn(Kind.MUSIC, self.start if since - self.start < _ALL_MUSIC else since)
        sung = self._singing.sung_since(self.start, self._behind_music is not None) if sounding.loud else None
        if sung is not None:
            since = max(self._onsets.near(sung, before=0.25), self._worded)
            return self._turn(Kind.MUSIC, self.start if since - self.start < _ALL_SUNG else since)
        if self._pick_up.hear(frame, sounding, self.comfort_noise.sounds):
            self.activity.learn_room(PICK_UP_FRAMES)
            return self._turn(Kind.NOISE, max(sounding.last, self.start))
        if self._far_voices(frame, sounding, now):
            self.activity.learn_room(_FAR_FRAMES)
            return self._turn(Kind.NOISE, max(self._near_until, self.start))
        if now - sounding.last >= self.hang_over:
            return self._turn(self._quiet(), max(sounding.last, self.start))
        return []

    def _music_since(self, frame: Features) -> float | None:
        """Since when music has sounded in the voice's place, with a frame that is enough to know it."""
        if self._right_in_music:
            return self._over_music.may_go_on(frame.at, evidence(frame), self._to_music)
        if not self._to_music.add(frame.at, evidence(frame)):
            return None
        return self._onsets.near(self._to_music.since, before=0.25)

    def _far_voices(self, frame: Features, sounding: Sounding, now: float) -> bool:
        """Whether, in a noisy room, only others have been heard for a while: all far softer than who spoke here, and not far
        over the room's noise, which is their talk."""
        if frame.level > min(self._loudest - _NEAR, sounding.floor + _FAR_OVER):
            self._loudest = max(self._loudest, frame.level)
            self._near_until = now
        return sounding.floor > NOISE_FLOOR and now - self._near_until >= _FAR_ONLY

    # ------------------------------------------------------------------------------------------------ music

    def _in_music(self, frame: Features, sounding: Sounding, now: float) -> list[Boundary]:
        if sounding.onset is not None and self._onsets.pause >= _REST:
            self._to_speech.reset()
        silent = now - sounding.last
        self._over_music.level(frame.at, frame.level)
        changed = sounding.loud and self._to_speech.add(frame.at, -max(evidence(frame), -1.0))
        if changed and self._singing.not_spoken(self._to_speech.since):
            self._to_speech.reset()
            changed = False
        over = self._over_music.begins(frame.at, evidence(frame)) if sounding.loud and not changed else None
        if over is not None and self._singing.spoken_over(over, self._over_music.clear):
            return self._over(over, now)
        if over is not None and self._singing.no_voice_over(over):
            self._over_music.sings()
        alone = self._word_alone() if silent >= _REST else None
        if changed or alone is not None:
            since = max(alone or self._onsets.near(self._to_speech.since, before=0.25), self.start)
            rest = self._onsets.rest(since)
            if since - rest < _REST:
                return self._amid_music(since)
            boundaries = self._turn(self._quiet(), rest) if rest > self.start else []
            return boundaries + self._turn(Kind.SPEECH, since)
        if silent >= REST:
            return self._turn(self._quiet(), max(sounding.last, self.start))
        return []

    def _word_alone(self) -> float | None:
        """The onset of a short word between silences, which ended before the evidence was enough."""
        began = self._onsets.after_silence(_REST)
        if began is None or self._last - began > _ALONE_AT_MOST:
            return None
        if self._to_speech.total < _SPEECH_ENOUGH_ALONE and not self._singing.a_word(began):
            return None
        return began

    # ------------------------------------------------------------------------------------------------ turns

    def _turn(self, kind: Kind, at: float, same_music: bool = False, word: bool = False) -> list[Boundary]:
        self.kind, self.start, self._word = kind, at, word
        self._behind_music, self._right_in_music = None, False
        self._worded = -_LAGS
        if kind is Kind.MUSIC and not same_music:
            self._over_music.begin()
        self._to_music.reset()
        self._to_music.enough = _MUSIC_ENOUGH_AMID if kind is Kind.SPEECH else _MUSIC_ENOUGH
        self._to_speech.reset()
        self._sound = None
        self._floors.clear()
        self._pick_up = PickUp(self.activity.floor)
        self._loudest = QUIETEST
        return [Boundary(kind, at)]
