"""100,000 calls: from their folders to index, lists, scores, waiting times, comparisons and ranks; time and memory.

    python -m tests.benchmarks.bench_report_scale [calls] [folder]

Folders are made up (timelines of about 8 kB, as real ones have) in `folder`, a temporary one unless named; a folder that
holds the calls already is used again. Each stage runs in a process of its own, on one core, and prints its seconds and its
greatest memory. The figures are checked against the truth that the calls were made from.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from probe.measure import CLOCKS
from probe.register import Hotline, Register
from probe.report.calls import Filter
from probe.report.compare import compare
from probe.report.document import render
from probe.report.document_calls import Addresses
from probe.report.document_material import gather
from probe.report.exports import write_csv, write_json_lines, write_parquet
from probe.report.index import Index
from probe.report.profiles import score, scores_by, shipped
from probe.report.rank import rank
from probe.report.survival import waiting
from probe.report.tables import tables
from probe.report.workbook import write_workbook
from probe.timeline import Kind, Segment, Word
from tests.report.calls_made_up import timeline

CALLS = 100_000
HOTLINES, ENTERPRISES, REGIONS = 200, 60, 13
CLOCK = "requested_to_human"


def make(folder: Path, calls: int) -> dict[str, Any]:
    """The folders, and the truth about them, which is kept in `folder/truth.json`."""
    kept = folder / "truth.json"
    if kept.is_file():
        truth: dict[str, Any] = json.loads(kept.read_text())
        return truth
    chance = random.Random(6)
    shapes = [_shape(wait) for wait in [None] * 20 + [2 + n * 0.45 for n in range(180)]]
    shapes += [_shape(None, dropped=True)] * 10 + [_shape(5.0, broken=True)]
    outcomes: Counter[str] = Counter()
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for nth in range(calls):
        outcome, shape = chance.choice(shapes)
        hotline, caller = f"hotline-{chance.randrange(HOTLINES):03d}", chance.choice(("ordinary", "elderly"))
        at = start + timedelta(seconds=chance.randrange(300 * 86400))
        name = f"{at:%Y%m%dT%H%M%SZ}-{hotline}-{caller}-{nth:06x}"
        text = shape.replace("<id>", name).replace("<hotline>", hotline).replace("<caller>", caller)
        text = text.replace("<started>", at.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
        inside = folder / name
        inside.mkdir()
        (inside / "timeline.json").write_text(text, encoding="utf-8")
        (inside / "call.wav").touch()
        outcomes[outcome] += 1
    truth = {"calls": calls, "outcomes": outcomes}
    kept.write_text(json.dumps(truth))
    return truth


def register() -> Register:
    """Hotlines of enterprises in regions."""
    return Register(
        {
            f"hotline-{n:03d}": Hotline(
                id=f"hotline-{n:03d}",
                name=f"热线 {n}",
                enterprise=f"企业 {n % ENTERPRISES}",
                region=f"地区 {n % REGIONS}",
                number=f"0511{n:07d}",
            )
            for n in range(HOTLINES)
        }
    )


def _shape(wait: float | None, *, broken: bool = False, dropped: bool = False) -> tuple[str, str]:
    """A call's outcome and its timeline as text, with the menu and the announcements that a real one has."""
    call = timeline("<id>", hotline="<hotline>", caller="<caller>", wait=wait, broken=broken, dropped=dropped)
    call.call.started_at = "<started>"
    sentence = "您好欢迎致电服务热线业务查询请按一账单查询请按二故障报修请按三人工服务请按零"
    for nth in range(4):
        words = tuple(Word(sentence[n : n + 2], 3 + n / 5, 3.3 + n / 5, 0.97) for n in range(0, len(sentence), 2))
        call.segments.append(Segment(Kind.SPEECH, 20.0 + 9 * nth, 28.0 + 9 * nth, sentence, words))
    return str(call.outcome), call.dumps()


# ---------------------------------------------------------------------------------------------------------- stages


def index_all(folder: Path, truth: dict[str, Any]) -> None:
    """Reads every call."""
    assert Index(folder, register()).refresh() == truth["calls"]


def index_again(folder: Path, truth: dict[str, Any]) -> None:
    """Sees that nothing changed."""
    assert Index(folder, register()).refresh() == 0


def figures(folder: Path, truth: dict[str, Any]) -> None:
    """The table, all scores, waiting times, comparisons and ranks, as a report needs them."""
    took = _Stopwatch()
    index = Index(folder, register())
    index.refresh()
    took("refresh, nothing changed")
    frame = index.frame()
    took("frame")
    assert frame["outcome"].value_counts().to_dict() == truth["outcomes"]
    totals = [score(profile, frame) for profile in shipped().values()]
    took(f"{len(totals)} profiles over all calls")
    for found in totals:
        aside = sum(found.shown.values()) + sum(found.left_out.values()) + found.too_short + found.no_clock
        assert found.met + found.missed + aside + found.not_meant == truth["calls"]
    by_enterprise = [scores_by(profile, frame, "enterprise") for profile in shipped().values()]
    took(f"{len(by_enterprise)} profiles x {ENTERPRISES} enterprises")
    assert all(len(scores) == ENTERPRISES for scores in by_enterprise)
    curves = [waiting(frame, clock) for clock in CLOCKS]
    curves += [waiting(calls, CLOCK) for _, calls in frame.groupby("hotline")]
    took(f"{len(curves)} waiting times ({len(CLOCKS)} clocks, {HOTLINES} hotlines)")
    split = datetime(2026, 6, 1, tzinfo=UTC)
    made = [compare(frame, by, CLOCK, split=split) for by in ("caller", "hour", "weekday", "region", "period")]
    took(f"{sum(map(len, made))} comparisons within {HOTLINES} hotlines")
    assert not any(found.finding in ("longer", "shorter") for group in made for found in group)
    places = rank(frame, CLOCK)
    took(f"rank of {len(places)} enterprises")
    took.total()


def pages(folder: Path, truth: dict[str, Any]) -> None:
    """Lists as a browser asks for them."""
    index = Index(folder, register())
    took = _Stopwatch()
    index.page()
    took("first page of 50")
    index.page(offset=truth["calls"] // 2)
    took("page in the middle")
    index.page(order=f"-{CLOCK}")
    took("first page by the longest wait")
    for column in ("hotline", "enterprise", "caller", "scenario"):
        index.values(column)
    took("choices of four filters")
    for name, which in {
        "hotline": Filter(hotline="hotline-007"),
        "enterprise": Filter(enterprise="企业 7"),
        "outcome": Filter(outcome="human_unreachable"),
        "enterprise, caller, outcome, month": Filter(
            enterprise="企业 7",
            caller="elderly",
            outcome="human",
            since=datetime(2026, 3, 1, tzinfo=UTC),
            until=datetime(2026, 4, 1, tzinfo=UTC),
        ),
        "text that all calls have": Filter(text="人工服务"),
        "text that none has": Filter(text="投诉专席"),
    }.items():
        took.mark()
        number, rows = index.count(which), index.page(which)
        took(f"count and first page, filter by {name}: {number:,} calls")
        assert len(rows) == min(50, number)


def report(folder: Path, truth: dict[str, Any]) -> None:
    """The whole report from an index that is up to date: page and every table as a file."""
    took = _Stopwatch()
    index = Index(folder, register())
    index.refresh()
    took("refresh, nothing changed")
    material = gather(index, shipped()["miit-30s"], datetime(2026, 11, 22, tzinfo=UTC))
    took(f"content: {len(material.ladders):,} timelines opened")
    assert sum(found.calls for found in material.hotlines) == truth["calls"]
    with tempfile.TemporaryDirectory() as temporary:
        reports = Path(temporary)
        addresses = Addresses(folder, reports, truth["calls"])
        for name, text in render(material, addresses).items():
            (reports / name).write_text(text, encoding="utf-8")
        size = (reports / "report.html").stat().st_size
        took(f"HTML: {len(list(reports.iterdir()))} pages, report.html {size / 1e6:.1f} MB")
        content = tables(material, addresses.audio)
        write_csv(content, reports / "csv")
        took("CSV")
        write_json_lines(content, reports / "jsonl")
        took("JSON Lines")
        write_parquet(content, reports / "parquet")
        took("Parquet")
        write_workbook(content, reports / "report.xlsx", [], material.made_at)
        took("Excel")
    took.total()


class _Stopwatch:
    """Prints how long each part took, by the clock and of the processor: on a busy machine only the latter tells."""

    def __init__(self) -> None:
        self._began = self._last = _now()

    def mark(self) -> None:
        """From here."""
        self._last = _now()

    def __call__(self, part: str) -> None:
        self._print(self._last, part)
        self._last = _now()

    def total(self) -> None:
        """All parts together."""
        self._print(self._began, "together")

    def _print(self, since: tuple[float, float], part: str) -> None:
        wall, cpu = (now - then for now, then in zip(_now(), since, strict=True))
        print(f"    {wall:8.3f} s ({cpu:.3f} s of processor)  {part}")


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _stage(work: Callable[[Path, dict[str, Any]], None], folder: Path, truth: dict[str, Any]) -> None:
    began = _now()
    work(folder, truth)
    wall, cpu = (now - then for now, then in zip(_now(), began, strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{work.__name__}: {wall:.2f} s ({cpu:.2f} s of processor), at most {memory:.0f} MB", flush=True)


def main(calls: int, folder: Path) -> None:
    """Makes the calls, then runs the stages one after the other."""
    began = time.perf_counter()
    truth = make(folder, calls)
    print(f"{truth['calls']:,} calls made up in {time.perf_counter() - began:.1f} s", flush=True)
    spawn = multiprocessing.get_context("spawn")
    for work in (index_all, index_again, figures, pages, report):
        process = spawn.Process(target=_stage, args=(work, folder, truth))
        process.start()
        process.join()
        if process.exitcode:
            sys.exit(process.exitcode)


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    if len(sys.argv) > 2:
        Path(sys.argv[2]).mkdir(parents=True, exist_ok=True)
        main(asked, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(asked, Path(temporary))
