"""What happened in one call: segments, events and actions on one clock, and their JSON form `probe.timeline/1`.

Time is counted in received samples since the INVITE was sent (8 kHz), and written as seconds. An event has two
instants: `at`, when it happened, and `known`, when it could be known. A menu option is spoken at one instant and
recognised a little later; a person has answered before anybody can be sure that it is a person. Reports use `at`;
whoever acts in the call can act no earlier than `known`.

    Event
    ├── LineEvent    reported by the line: dialed, rerouted, ringing, early_media, answered, played, input_late,
    │                held, resumed, transfer_refused, media, ended, line_failed
    └── HeardEvent   found by listening: everything else
    Action           press, say, hang_up

A replay feeds the same frames and the same line events again, so it finds the same heard events.

The other rooms know these words from here, whichever file of this room holds them.
"""

from __future__ import annotations

from probe.timeline.actions import Action, HangUp, Press, Purpose, Say, Why
from probe.timeline.event import Event, HeardEvent, LineEvent
from probe.timeline.frame import FRAME, RATE, Frame, Samples
from probe.timeline.heard_events import (
    HumanAnswered,
    HumanWithdrawn,
    Paused,
    PromptRecognised,
    SegmentEnded,
    SegmentStarted,
    Tick,
    VerdictGiven,
    WordsHeard,
)
from probe.timeline.json_form import ACTIONS, EVENTS
from probe.timeline.line_events import (
    Answered,
    Dialed,
    EarlyMedia,
    Ended,
    Held,
    InputLate,
    LineFailed,
    Media,
    Played,
    Rerouted,
    Resumed,
    Ringing,
    TransferRefused,
)
from probe.timeline.outcome import Outcome
from probe.timeline.said_events import (
    Advertised,
    BotAsked,
    ClosedHeard,
    HumanOffered,
    InputRejected,
    MailboxHeard,
    MenuOption,
    NotInServiceHeard,
    PushedElsewhere,
    Queued,
)
from probe.timeline.segment import TONES, Kind, Segment, Verdict, Word
from probe.timeline.sound_events import (
    AudioQuality,
    ComfortNoiseHeard,
    Country,
    DeadAirHeard,
    KeyHeard,
    ToneHeard,
    ToneMeaning,
)
from probe.timeline.timeline import SCHEMA, CallInfo, Timeline

__all__ = [
    "ACTIONS",
    "EVENTS",
    "FRAME",
    "RATE",
    "SCHEMA",
    "TONES",
    "Action",
    "Advertised",
    "Answered",
    "AudioQuality",
    "BotAsked",
    "CallInfo",
    "ClosedHeard",
    "ComfortNoiseHeard",
    "Country",
    "DeadAirHeard",
    "Dialed",
    "EarlyMedia",
    "Ended",
    "Event",
    "Frame",
    "HangUp",
    "HeardEvent",
    "Held",
    "HumanAnswered",
    "HumanOffered",
    "HumanWithdrawn",
    "InputLate",
    "InputRejected",
    "KeyHeard",
    "Kind",
    "LineEvent",
    "LineFailed",
    "MailboxHeard",
    "Media",
    "MenuOption",
    "NotInServiceHeard",
    "Outcome",
    "Paused",
    "Played",
    "Press",
    "PromptRecognised",
    "Purpose",
    "PushedElsewhere",
    "Queued",
    "Rerouted",
    "Resumed",
    "Ringing",
    "Samples",
    "Say",
    "Segment",
    "SegmentEnded",
    "SegmentStarted",
    "Tick",
    "Timeline",
    "ToneHeard",
    "ToneMeaning",
    "TransferRefused",
    "Verdict",
    "VerdictGiven",
    "Why",
    "Word",
    "WordsHeard",
]
