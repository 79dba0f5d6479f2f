"""A call that is put together, led frame by frame and written for good; `probe.place` makes it."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from probe import call
from probe.errors import ProbeError
from probe.evidence import OpenCall, Recording
from probe.evidence.origin import digest_of_folder
from probe.measure import measure
from probe.navigate.scenario import Scenario
from probe.timeline import Frame, LineFailed, Timeline

if TYPE_CHECKING:
    from probe.speech.vosk_transcriber import VoskTranscriber

_FAULT = "fault.txt"


class Placed:
    """A call that is put together: `lead` it, or `hear` each frame of `line`; then `conclude`, whatever happened.

    What breaks on our side ends the call as a failed line, and the traceback stays in its folder.
    """

    def __init__(
        self,
        line: call.Line,
        running: call.Running,
        recording: Recording,
        opened: OpenCall,
        model: VoskTranscriber,
        scenario: Scenario | None,
        watch: call.Watch | None,
        learn: Callable[[], None] | None = None,
    ) -> None:
        """`learn`: what is to be remembered of the call when it is complete."""
        self.line = line
        self.held = ExitStack()
        """What is given back when the call is over."""
        self._running = running
        self._recording = recording
        self._opened = opened
        self._model = model
        self._scenario = scenario
        self._watch = watch
        self._learn = learn
        self._at = 0.0
        self._broken = False

    def hear(self, frame: Frame) -> bool:
        """Leads the call through a frame; False when something broke, and no frame should follow."""
        self._at = frame.end
        try:
            self._running.hear(frame)
        except Exception as error:
            self.broke(error)
        return not self._broken

    def lead(self) -> None:
        """Leads the call through all frames of its line, as they come."""
        try:
            for frame in self.line:
                if not self.hear(frame):
                    break
        except Exception as error:
            self.broke(error)

    def broke(self, error: Exception) -> None:
        """The call ends as our fault."""
        if self._broken:
            return
        self._broken = True
        with suppress(OSError):  # a full disk may be what broke
            (self._recording.folder / _FAULT).write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        reason = error.en if isinstance(error, ProbeError) else f"{type(error).__name__}: {error}"
        failed = LineFailed(at=self._at, known=self._at, reason=" ".join(reason.split()))
        timeline = self._running.timeline
        timeline.add(failed)
        if self._watch:
            self._watch(timeline, failed)

    def conclude(self) -> Timeline:
        """Closes the line, and gives the complete, measured timeline, which is written for good."""
        timeline = self._running.timeline
        try:
            try:
                with self.held:
                    self.line.close()
                if not self._broken:
                    self._running.finish()
            except Exception as error:
                self.broke(error)
            conclude(timeline, self._scenario)
            if self._learn is not None:
                self._learn()
            self._recording.close(timeline)
        finally:  # whatever breaks, a full disk above all, the call must not stay marked as going on
            self._opened.close({"name": self._model.name, "digest": digest_of_folder(self._model.folder)})
        return timeline


def conclude(timeline: Timeline, scenario: Scenario | None) -> None:
    """Measures a complete timeline, and judges what the scenario expects of it."""
    measure(timeline)
    if scenario is not None:
        from probe.navigate.expect import judge

        timeline.expected = judge(scenario, timeline)
