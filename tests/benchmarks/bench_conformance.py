"""The conformance table: what far ends that nobody here wrote did, what was reported of it, and whether that is right.

    python -m tests.benchmarks.bench_conformance [WORDS]     only rows whose name has these words

Needs SIPp (Debian's sip-tester), and root for the rows with audio; baresip and kamailio for the rows of theirs.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.conformance import others
from tests.conformance.rows import ROWS
from tests.conformance.run import Result, run


def main() -> None:
    words = " ".join(sys.argv[1:])
    rows = [row for row in ROWS if words in row.name]
    table = Table("", "the far end", "what was reported", box=None)
    right = total = 0
    with tempfile.TemporaryDirectory(prefix="conformance-") as place:
        results: list[Result] = [
            *run(rows, Path(place) / "sipp", at_once=6),
            *others.run(Path(place) / "others", words),
        ]
        for result in results:
            total += 1
            right += not result.problem
            table.add_row(
                "✓" if not result.problem else "✗",
                result.row.name,
                result.reported + (f"  [{result.problem}]" if result.problem else ""),
            )
    Console(width=200).print(table)
    print(f"{right} of {total} rows right")
    sys.exit(right != total)


if __name__ == "__main__":
    main()
