"""Many calls at once: all of them are placed, in order at each hotline, and what happens in them is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe import shipped
from probe.cli.at_once import News, place_all
from probe.cli.progress import Board
from probe.errors import UserError
from probe.evidence.ring import Ring
from probe.evidence.verify_chain import verify_folder
from probe.place import Order
from probe.timeline import Answered, HangUp, Kind, Outcome, Segment, SegmentEnded

ZHENJIANG = shipped.scenarios() / "zhenjiang"


def order(hotline: str, name: str, recordings: Path, nth: int = 0) -> tuple[str, float, Order]:
    return hotline, 30.0, Order(scenario=ZHENJIANG / hotline / f"{name}.yaml", recordings=recordings, nth=nth)


def test_calls_in_workers_give_the_timelines_in_the_order_asked_for(tmp_path: Path) -> None:
    orders = [order("zhenjiang-mobile", "elderly", tmp_path), order("zhenjiang-telecom", "elderly", tmp_path)]
    told: list[News] = []
    timelines = place_all(orders, at_once=2, tell=told.append, stop=lambda: False)
    assert [timeline.call.hotline for timeline in timelines] == ["zhenjiang-mobile", "zhenjiang-telecom"]
    assert [timeline.outcome for timeline in timelines] == [Outcome.HUMAN] * 2
    for number in (0, 1):
        things = [news.thing for news in told if news.order == number]
        assert any(isinstance(thing, Answered) for thing in things)
        assert any(isinstance(thing, HangUp) for thing in things)
        assert things[-1] is None, "the end of the call is told last"
    assert len(list(tmp_path.glob("*/timeline.json"))) == 2
    seals = verify_folder(tmp_path, Ring.usual())
    assert [bundle.holds for bundle in seals.bundles] == [True, True], seals.broken
    assert len(seals.logs[0].lines) == 2, "workers share one chain"


def test_a_stop_before_the_first_call_places_none(tmp_path: Path) -> None:
    assert place_all([order("zhenjiang-mobile", "elderly", tmp_path)], at_once=1, tell=print, stop=lambda: True) == []
    assert list(tmp_path.iterdir()) == []


def test_a_users_mistake_in_a_worker_is_still_the_users_mistake(tmp_path: Path) -> None:
    missing = "zhenjiang-x", 30.0, Order(scenario=tmp_path / "missing.yaml", recordings=tmp_path)
    with pytest.raises(UserError, match=r"missing\.yaml: no such file"):
        place_all([missing], at_once=1, tell=lambda news: None, stop=lambda: False)


def test_the_board_shows_the_last_thing_of_each_call_that_runs() -> None:
    import io

    from rich.console import Console

    console = Console(file=io.StringIO(), force_terminal=True, width=100, record=True)
    board = Board(["a/ordinary", "b/ordinary"], console)
    speech = Segment(Kind.SPEECH, 2.0, 4.0, text="普通话请按一")
    board.tell(News(0, 1.0, Answered(at=1.0, known=1.0)))
    board.tell(News(0, 4.0, SegmentEnded(at=4.0, known=4.5, segment=speech)))
    board.tell(News(1, 1.0, Answered(at=1.0, known=1.0)))
    board.tell(News(1, 0.0, None))
    console.print(board._table())
    shown = console.export_text()
    assert "普通话请按一" in shown
    assert "b/ordinary" not in shown
