"""One call put together and run: line, listener, navigator and recording meet here and nowhere else.

`place_call(order)` is what every command uses. It loads the speech model once a process, gives the call its folder,
runs the call, measures, judges what the scenario expects, and writes the folder for good. `prepare(order)` gives the
same in steps, for a loop that leads many calls (`probe.supervisor`). Whatever goes wrong
on our side ends in a timeline whose outcome is `our_fault`, with everything heard up to then.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from probe import __version__, call
from probe.errors import UserError, cannot_read
from probe.evidence import OpenCall, Recording, load, prompts
from probe.line.caller import Caller, load_caller
from probe.line.recorded import Channel, RecordedLine
from probe.line.trunk import Keys, Trunk
from probe.listen.tone_plans import DEFAULT, plan
from probe.measure import measure
from probe.navigate.bystander import JustListen, Onlooker
from probe.navigate.scenario import Scenario, load_scenario, written_out
from probe.placed import Placed, conclude
from probe.timeline import Action, CallInfo, Event, Frame, HangUp, Press, Say, Tick, Timeline
from probe.trunk.channels import channel

if TYPE_CHECKING:
    from probe.line.lines import Lines
    from probe.listen.listener import Listener
    from probe.listen.prompt_memory import Memory
    from probe.speech.transcriber import Transcriber
    from probe.speech.vosk_transcriber import VoskTranscriber

LineKind = Literal["sip", "simulated"]
RECORDINGS = Path("recordings")
_SCENARIO = "scenario.yaml"
_TRACE = "sip.txt"


@dataclass(frozen=True, slots=True)
class Order:
    """A call to place.

    `scenario`: path of the scenario; None: dial `uri`, listen for `listen_for` seconds and press nothing. `line`: over
    SIP to `uri`, or in memory to a simulated hotline (`hotline`: name or YAML file; the scenario's if not given).
    `language`: what the hotline speaks, and `tones`: whose network's tones are expected, if no scenario says it.
    `model`: name or folder of a Vosk model. `seed`, `nth`: chance of a simulated call (`probe.simulator.seeds`).
    `at`: the local time that a simulated hotline takes it to be, for its opening hours; now if not given.
    `keys`, `codec`: how keys are sent over SIP, and the only codec offered (`probe.line.sip.SipLine`). `trunk`: name of
    the trunk that `uri`, which may then be a number, goes through (the caller's if not given); `trunks`: its file.
    `id`: identity of the call and name of its folder, for those who write it down before they dial; made up if empty.
    `memory`: whether the hotline's prompt memory beside the recordings is used, and grows by the call.
    """

    scenario: Path | None = None
    line: LineKind = "simulated"
    uri: str = ""
    hotline: str = ""
    caller: str = ""
    listen_for: float = 60.0
    language: str = "zh"
    tones: str = DEFAULT
    recordings: Path = RECORDINGS
    model: str | None = None
    seed: int = 1
    nth: int = 0
    at: datetime | None = None
    keys: Keys | None = None
    codec: str | None = None
    trunk: str = ""
    trunks: Path | None = None
    id: str = ""
    memory: bool = True

    @property
    def name(self) -> str:
        """What the call is called in progress and folders: hotline and scenario."""
        if self.scenario is None:
            return "dial"
        folder = self.scenario.resolve().parent.name
        return f"{folder}/{self.scenario.stem}" if folder != "scenarios" else self.scenario.stem


class Around(Protocol):
    """What a process that runs many calls puts around the parts of each: shared line processes, and measuring."""

    lines: Lines | None

    def begins(self, folder: Path) -> None:
        """The call's folder is about to be made."""

    def transcriber(self, hears: Transcriber) -> Transcriber: ...

    def listener(self, listener: Listener) -> call.Listener: ...

    def navigator(self, navigator: call.Navigator) -> call.Navigator: ...

    def evidence(self, evidence: call.Evidence) -> call.Evidence: ...


def place_call(order: Order, *, watch: call.Watch | None = None, stop: Callable[[], bool] | None = None) -> Timeline:
    """Places a call and returns its measured timeline; its folder is `order.recordings / timeline.call.id`.

    `watch` sees every event and action as it happens; when `stop` says so, the call is ended as the user's wish.
    Raises UserError before anything is dialled or written when the order itself is wrong.
    """
    placed = prepare(order, watch=watch, stop=stop)
    placed.lead()
    return placed.conclude()


def prepare(
    order: Order,
    *,
    watch: call.Watch | None = None,
    stop: Callable[[], bool] | None = None,
    around: Around | None = None,
) -> Placed:
    """Puts a call together; it is dialled when its line is. Raises as `place_call` does."""
    scenario = load_scenario(order.scenario) if order.scenario else None
    caller = load_caller(order.caller or (scenario.caller if scenario else "ordinary"))
    through = _trunk(order, caller)
    with ExitStack() as stack:
        stack.enter_context(channel(through, stop))
        placed = _put_together(order, scenario, caller, through.name if through else "", watch, stop, around)
        placed.held = stack.pop_all()  # the trunk's channel, until the call is over
    return placed


def _put_together(
    order: Order,
    scenario: Scenario | None,
    caller: Caller,
    trunk: str,
    watch: call.Watch | None,
    stop: Callable[[], bool] | None,
    around: Around | None,
) -> Placed:
    language = scenario.language if scenario else order.language
    tones = plan(scenario.tones if scenario else order.tones).country
    model = transcriber(order.model or (scenario.model if scenario else None), language)
    hears: Transcriber = model
    started = datetime.now(UTC)
    info = CallInfo(
        id=order.id or _call_id(started, order, scenario),
        hotline=scenario.hotline if scenario else order.hotline,
        scenario=order.name if scenario else "",
        caller=caller.name,
        goal=scenario.goal if scenario else "human",
        language=language,
        tones=tones,
        dialed=order.uri,
        line=order.line,
        trunk=trunk,
        started_at=started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        software=f"probe {__version__}",
        model=hears.name,
        verdict_model=_verdict_model(),
    )
    remembered = prompts.Remembered(order.recordings, info.hotline or order.uri) if order.memory else None
    folder = order.recordings / info.id
    if around is not None:
        hears = around.transcriber(hears)
        around.begins(folder)
    lines = around.lines if around else None
    line = _line(order, info.hotline, caller, language, folder / _TRACE, hears, scenario, lines)
    if scenario:
        from probe.navigate.scripted import ScriptedNavigator

        navigator: call.Navigator = ScriptedNavigator(scenario)
    else:
        navigator = JustListen(order.listen_for, language)
    opened = OpenCall(order.recordings, info.id)
    try:
        recording = Recording(folder, info)
        if remembered is not None:
            info.memory = remembered.copy_to(folder)
        if order.scenario:
            (folder / _SCENARIO).write_text(written_out(order.scenario), encoding="utf-8")
        if stop is not None:
            navigator = _Stoppable(navigator, stop)
        listener = _listener(hears, language, info.tones, remembered.memory if remembered else None)
        heard = around.listener(listener) if around else listener
        written = around.evidence(recording) if around else recording
        decides = around.navigator(navigator) if around else navigator
        running = call.Running(line, heard, decides, written, info, watch)
        waits = listener.in_music
        learn = (lambda: remembered.learn(info, listener.takes, waits.music)) if remembered is not None else None
    except BaseException:  # the call must not stay marked as going on
        opened.close()
        raise
    return Placed(line, running, recording, opened, model, scenario, watch, learn)


def listen_to(
    path: Path,
    *,
    channel: Channel | None = None,
    model: str | None = None,
    language: str = "zh",
    tones: str = DEFAULT,
    watch: call.Watch | None = None,
) -> Timeline:
    """The measured timeline of somebody's recording; nothing is written. Raises UserError when it cannot be read."""
    line = RecordedLine(path, channel=channel)
    hears = transcriber(model, language)
    info = CallInfo(
        id=path.stem,
        goal="human",
        language=language,
        tones=plan(tones).country,
        line="recorded",
        audio={"path": str(path), "sha256": _digest(path), "rate": 8000},
        software=f"probe {__version__}",
        model=hears.name,
        verdict_model=_verdict_model(),
    )
    return measure(call.run(line, _listener(hears, language, info.tones), Onlooker(), _Unkept(), info, watch))


@dataclass(frozen=True, slots=True)
class Replay:
    """A call heard again: the timeline as kept, and as found now."""

    kept: Timeline
    found: Timeline


def replay(folder: Path, *, model: str | None = None) -> Replay:
    """Listens to a call's recording again and measures it anew; nothing is written.

    The line's events and the caller's actions are facts of that call and stay; what was heard is found again.
    Raises UserError when the folder is not a call's.
    """
    kept, audio = load(folder)
    written = (folder if folder.is_dir() else folder.parent) / _SCENARIO
    scenario = load_scenario(written) if written.is_file() else None
    language = kept.call.language or "zh"
    hears = transcriber(model or (scenario.model if scenario else None), language)
    info = replace(kept.call, model=hears.name, verdict_model=_verdict_model(), software=f"probe {__version__}")
    line = RecordedLine(audio, timeline=kept)
    memory = prompts.copied(audio.parent, kept.call.memory)
    found = call.run(line, _listener(hears, language, info.tones, memory), _AsRecorded(kept.actions), _Unkept(), info)
    conclude(found, scenario)
    return Replay(kept, found)


@cache
def transcriber(model: str | None, language: str) -> VoskTranscriber:
    """The transcriber of a model (None: the best one installed for the language), loaded once a process."""
    from probe.speech.vosk_transcriber import VoskTranscriber

    return VoskTranscriber(model, language)


# ------------------------------------------------------------------------------------------------------------ parts


def _verdict_model() -> str:
    from probe.listen.weights import shipped

    return shipped().name


def _listener(hears: Transcriber, language: str, tones: str, memory: Memory | None = None) -> Listener:
    from probe.listen.listener import Listener

    return Listener(hears, language=language, country=tones or DEFAULT, memory=memory)


def _trunk(order: Order, caller: Caller) -> Trunk | None:
    """The trunk that a call goes through, if any."""
    if order.line != "sip" or not order.uri:
        return None
    from probe.trunk.dialling import destination

    return destination(order.uri, caller, order.trunk, order.trunks).trunk


def _line(
    order: Order,
    hotline: str,
    caller: Caller,
    language: str,
    trace: Path,
    hears: Transcriber,
    scenario: Scenario | None,
    lines: Lines | None,
) -> call.Line:
    from probe.speech.voice import Voice, speak

    voice = Voice(name="cmn" if language == "zh" else "en-us", variant=caller.voice, rate=caller.rate)
    ring_limit = scenario.limits.ring + 5.0 if scenario else 65.0  # the navigator's own limit comes first
    if order.line == "sip":
        from probe.line.sip import SipLine
        from probe.trunk.dialling import destination

        if not order.uri:
            raise UserError(
                "a call over SIP needs an address or a number: --dial sip:NUMBER@HOST:PORT, or --dial NUMBER --trunk NAME",
                "通过 SIP 拨打需要地址或号码：--dial sip:号码@主机:端口，或 --dial 号码 --trunk 名称",
            )
        to = destination(order.uri, caller, order.trunk, order.trunks)
        return SipLine(
            to.uri,
            trunk=to.trunk,
            caller=caller,
            speak=lambda text: speak(text, voice),
            trace=trace,
            keys=order.keys,
            codec=order.codec,
            ring_limit=ring_limit,
            lines=lines,
        )
    from probe.line.simulated import SimulatedLine
    from probe.simulator.engine import Engine, Incoming
    from probe.simulator.hotline import load_hotline
    from probe.simulator.seeds import call_seed

    called = load_hotline(order.hotline or hotline)
    incoming = Incoming(
        number=caller.number,
        at=order.at or datetime.now().replace(microsecond=0),
        seed=call_seed(order.seed, called.id, caller.number, order.nth),
    )
    return SimulatedLine(Engine(called, incoming, hears), speak=lambda text: speak(text, voice))


def _call_id(started: datetime, order: Order, scenario: Scenario | None) -> str:
    called = scenario.hotline if scenario else order.hotline or "dial"
    walk = order.scenario.stem if order.scenario else "listen"
    parts = [started.strftime("%Y%m%dT%H%M%SZ"), called, walk, secrets.token_hex(2)]
    return "-".join("".join(c if c.isalnum() or c in "-_" else "_" for c in part) for part in parts)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise cannot_read(path, error) from None


class _Unkept:
    """Evidence of a call that is already kept elsewhere."""

    def write(self, frame: Frame) -> None:
        """The audio exists already."""

    def keep(self, timeline: Timeline) -> None:
        """The caller of `listen_to` and `replay` gets the timeline."""


class _Stoppable:
    """A navigator that hangs up when the user wants the call to stop."""

    def __init__(self, navigator: call.Navigator, stop: Callable[[], bool]) -> None:
        self._navigator = navigator
        self._stop = stop

    def react(self, event: Event) -> Sequence[Action]:
        if isinstance(event, Tick) and self._stop():
            return (HangUp(at=event.known, why="interrupted", note="stopped by the user"),)
        return self._navigator.react(event)


class _AsRecorded:
    """The caller of a recorded call: takes the same actions again, at the same instants."""

    def __init__(self, actions: Sequence[Action]) -> None:
        self._actions = list(actions)

    def react(self, event: Event) -> Sequence[Action]:
        due: list[Press | Say | HangUp] = []
        while self._actions and self._actions[0].at <= event.known:
            action = self._actions.pop(0)
            assert isinstance(action, Press | Say | HangUp)
            due.append(action)
        return due
