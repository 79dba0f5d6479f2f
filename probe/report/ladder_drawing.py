"""Ladders as figures: many hotlines on one scale of seconds, lying down; one call in detail, standing, with its words.

Each stage leads to its place in the recording (`call.wav#t=12.3`), which a browser plays from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from probe.i18n import tr
from probe.report.charts_drawing import PAGE, Drawing, ticks, width_of, wrapped
from probe.report.ladder import Input, Ladder, Span
from probe.report.words import STAGES, named
from probe.report.words import outcome as outcome_words

_LINE = 13.0
_SIZE = 11.0
_GAP = 5.0  # px between two labels


@dataclass(frozen=True, slots=True)
class Drawn:
    """A ladder to draw: its name, where its section is, and the address of its audio (None: removed)."""

    label: str
    ladder: Ladder
    href: str | None = None
    audio: str | None = None


def side_by_side(ladders: Sequence[Drawn], label: str, *, width: float = PAGE) -> Markup:
    """Ladders on one axis of seconds from the answer, so that lengths can be compared: the shortest way to a person first."""
    row, top, bottom, right = 36.0, 4.0, 32.0, 74.0
    left = min(max([width_of(drawn.label, 12) for drawn in ladders] or [0.0]) + 14, width * 0.3)
    most = max([_to_person(drawn.ladder) for drawn in ladders] or [1.0])
    marks = ticks(most, 8)
    drawing = Drawing(width, top + row * len(ladders) + bottom, label)
    base = top + row * len(ladders)

    def across(seconds: float) -> float:
        return left + (width - left - right) * max(0.0, seconds) / marks[-1]

    for tick in marks:
        drawing.line(across(tick), top, across(tick), base, "grid")
        drawing.text(across(tick), base + 14, f"{tick:g}", "s", anchor="middle")
    drawing.text(width, base + 27, tr(en="seconds from the answer", zh="应答后秒数"), "s", anchor="end")
    for n, drawn in enumerate(ladders):
        y = top + row * n
        with drawing.linked(drawn.href, drawn.label):
            drawing.text(left - 8, y + 28, "".join(wrapped(drawn.label, 12, left - 8, 1)), "t", anchor="end")
        start = drawn.ladder.answered or 0.0
        for span in drawn.ladder.spans:
            if span.end <= start or span.stage in ("ringing", "human"):
                continue
            with drawing.linked(_at(drawn.audio, span.start), _told(span)):
                x = across(span.start - start)
                drawing.rect(x, y + 17, across(span.end - start) - x, 15, f"g-{span.stage}")
        _inputs_above(drawing, [i for i in drawn.ladder.inputs if i.step], across, y, start)
        _end(drawing, drawn, across(_to_person(drawn.ladder)), y, width)
    return drawing.svg()


def standing(drawn: Drawn, label: str, *, width: float = 372) -> Markup:
    """One call from top to bottom, to scale: stages in the middle, what was heard at the right, the inputs at the left."""
    ladder = drawn.ladder
    end = min(ladder.end, (ladder.human if ladder.human is not None else ladder.end) + 6.0)
    spans = [span for span in ladder.spans if span.start < end]
    bar, thick, left = 104.0, 13.0, 30.0
    room = width - bar - thick - 12
    labels = [(span, wrapped(_says(span), _SIZE, room, 3 if span.stage != "queue" else 2)) for span in spans]
    labels = [(span, lines) for span, lines in labels if span.stage != "quiet" or span.seconds >= 3]
    need = sum(len(lines) * _LINE + _GAP for _, lines in labels)
    per_second = max(2.5, min(9.0, max(need, 230.0) / max(end, 1.0)))
    top = 10.0
    scale_end = top + end * per_second
    places = _spread([top + span.start * per_second for span, _ in labels], [len(x) * _LINE for _, x in labels])
    bottom = max([scale_end, *(y + len(lines) * _LINE for y, (_, lines) in zip(places, labels, strict=True))])
    drawing = Drawing(width, bottom + 26, label)
    for tick in ticks(end, max(3, int(end * per_second / 60))):
        if tick <= end:
            y = top + tick * per_second
            drawing.line(left - 4, y, bar, y, "grid")
            drawing.text(left - 7, y + 4, f"{tick:g}", "s", anchor="end")
    drawing.text(left - 7, scale_end + 18, tr(en="s", zh="秒"), "s", anchor="end")
    for span in spans:
        y = top + span.start * per_second
        with drawing.linked(_at(drawn.audio, span.start), _told(span)):
            drawing.rect(bar, y, thick, (min(span.end, end) - span.start) * per_second, f"g-{span.stage}")
    for y, (span, lines) in zip(places, labels, strict=True):
        x, at = bar + thick, top + span.start * per_second
        drawing.path([(x + 1, at + 0.5), (x + 4, at + 0.5), (x + 8, y + 5)], "lead")
        with drawing.linked(_at(drawn.audio, span.start), _told(span)):
            for n, line in enumerate(lines):
                drawing.text(x + 12, y + 9 + n * _LINE, line, f"w w-{span.stage}")
    _inputs_beside(drawing, [i for i in ladder.inputs if i.at <= end], top, per_second, left, bar)
    outcome = outcome_words(ladder.outcome)
    drawing.text(bar + thick + 12, bottom + 18, f"{end:.0f} {tr(en='s', zh='秒')} · {outcome}", "b")
    return drawing.svg()


def strip(ladder: Ladder, *, width: float = 150, most: float) -> Markup:
    """A ladder as a thin strip for a list, from dialling to the end, where `most` seconds fill the width."""
    colours: dict[str, list[str]] = {}
    for span in ladder.spans:
        x, wide = width * span.start / most, width * span.seconds / most
        colours.setdefault(span.stage, []).append(f"M{x:.0f} 0h{max(wide, 0.5):.0f}v9h-{max(wide, 0.5):.0f}z")
    inside = "".join(f'<path class="g-{stage}" d="{"".join(d)}"/>' for stage, d in colours.items())
    return Markup(f'<svg viewBox="0 0 {width:g} 9" width="{width:g}" height="9" aria-hidden="true">{inside}</svg>')


def _to_person(ladder: Ladder) -> float:
    """Seconds from the answer to the person, or to the end."""
    until = ladder.human if ladder.human is not None else ladder.end
    return max(0.0, until - (ladder.answered or 0.0))


def _inputs_above(
    drawing: Drawing, inputs: Sequence[Input], across: Callable[[float], float], y: float, start: float
) -> None:
    taken = -1e9
    for given in inputs:
        text = given.value if given.kind == "key" else f"“{given.value}”"
        wide = max(width_of(text, 10) + 6, 13.0)
        x = across(given.at - start)
        drawing.line(x, y + 14, x, y + 32, "press")
        place = max(x - wide / 2, taken + 2)
        with drawing.linked(None, f"{given.at:.1f} s: {text}"):
            drawing.rect(place, y + 1, wide, 13, "cap" if given.kind == "key" else "talk", round_=3)
            drawing.text(place + wide / 2, y + 11.2, text, "k", anchor="middle")
        taken = place + wide


def _end(drawing: Drawing, drawn: Drawn, x: float, y: float, width: float) -> None:
    seconds = _to_person(drawn.ladder)
    reached = drawn.ladder.human is not None
    style = "end-human" if reached else "end-none"
    drawing.circle(x, y + 24.5, 5, style)
    if not reached:
        drawing.path([(x - 2.2, y + 22.3), (x + 2.2, y + 26.7)], "cross")
        drawing.path([(x - 2.2, y + 26.7), (x + 2.2, y + 22.3)], "cross")
    told = f"{seconds:.0f} {tr(en='s', zh='秒')}"
    text = told if reached else tr(en=f"none, {told}", zh=f"未接通 {told}")
    place = x + 9
    if place + width_of(text, 11) > width:
        drawing.text(width, y + 11, text, "b end-text", anchor="end")
    else:
        drawing.text(place, y + 28.5, text, "b")


def _inputs_beside(
    drawing: Drawing, inputs: Sequence[Input], top: float, per_second: float, left: float, bar: float
) -> None:
    heights = [15.0] * len(inputs)
    places = _spread([top + given.at * per_second - 7 for given in inputs], heights)
    for y, given in zip(places, inputs, strict=True):
        at = top + given.at * per_second
        room = bar - left - 14
        text = given.value if given.kind == "key" else f"“{given.value}”"
        shown = wrapped(text, 10, room - 6, 1)[0] if text else ""
        wide = max(width_of(shown, 10) + 6, 14.0)
        style = ("cap" if given.kind == "key" else "talk") + ("" if given.step else " own")
        with drawing.linked(None, f"{given.at:.1f} s: {text}" + (f" ({given.option})" if given.option else "")):
            drawing.rect(bar - 10 - wide, y, wide, 14, style, round_=3)
            drawing.text(bar - 10 - wide / 2, y + 10.8, shown, "k", anchor="middle")
            drawing.path([(bar - 10, y + 7), (bar - 1, at)], "press")
            drawing.path([(bar - 5, at - 2.5), (bar, at), (bar - 5, at + 2.5)], "arrow", closed=True)


def _spread(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Places as near to the wanted ones as can be without overlap, in order from the top."""
    places: list[float] = []
    for want, _ in zip(wanted, heights, strict=True):
        free = places[-1] + heights[len(places) - 1] + _GAP if places else want
        places.append(max(want, free))
    return places


def _says(span: Span) -> str:
    name = named(STAGES, span.stage)
    long = f"{span.seconds:.0f}" if span.seconds >= 9.95 else f"{span.seconds:.1f}"
    head = f"{name} {long} {tr(en='s', zh='秒')}"
    return f"{head}  {span.text}" if span.text else head


def _told(span: Span) -> str:
    text = f": {span.text}" if span.text else ""
    return f"{span.start:.1f}–{span.end:.1f} s {named(STAGES, span.stage)}{text}"


def _at(audio: str | None, seconds: float) -> str | None:
    return None if audio is None else f"{audio}#t={seconds:.1f}"
