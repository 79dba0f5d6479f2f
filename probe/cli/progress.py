"""Who is doing what: a line for each call that runs, with the last thing that happened in it."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from probe.cli import words
from probe.cli.at_once import News
from probe.i18n import tr
from probe.timeline import Kind, SegmentEnded

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_UNTOLD = words.HIDDEN | {Kind.SILENCE, Kind.NOISE}
_WIDE = 60  # characters of what happened that are shown


class Board:
    """A live table on a terminal; elsewhere one line for each call that ends."""

    def __init__(self, names: Sequence[str], console: Console) -> None:
        from rich.live import Live

        self._names = names
        self._console = console
        self._running: dict[int, tuple[float, str]] = {}
        self._over = 0
        live = console.is_terminal
        self._live = Live(console=console, get_renderable=self._table, refresh_per_second=4, transient=True)
        self._shown = live

    def __enter__(self) -> Self:
        if self._shown:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._live.stop()

    def tell(self, news: News) -> None:
        """Takes what a call tells."""
        if news.thing is None:
            self._running.pop(news.order, None)
            self._over += 1
            if not self._shown:
                self._console.print(f"{self._over}/{len(self._names)} {self._names[news.order]}", highlight=False)
            return
        thing = news.thing.segment if isinstance(news.thing, SegmentEnded) else news.thing
        if thing.kind not in _UNTOLD:
            self._running[news.order] = (news.at, words.told(thing))

    def _table(self) -> Table:
        from rich.table import Table
        from rich.text import Text

        title = tr(en=f"{self._over} of {len(self._names)} calls done", zh=f"已完成 {self._over}/{len(self._names)} 通")
        table = Table(title=title, title_justify="left", box=None, show_header=False, padding=(0, 1))
        for number, (at, text) in sorted(self._running.items()):
            table.add_row(self._names[number], f"{at:6.1f}", Text(text[:_WIDE]))
        return table
