"""Rooms know only the rooms they may know, and the pure ones touch no clock, socket or file."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "probe"
EVERYBODY = {"errors", "i18n", "timeline", "shipped", "documents", "mistakes", "__init__"}
MAY_KNOW: dict[str, set[str]] = {
    "timeline": set(),
    "errors": {"i18n"},
    "i18n": set(),
    "templates": set(),
    "call": {"timeline"},
    "speech": {"errors", "i18n", "shipped", "__init__"},
    "line": EVERYBODY,
    "trunk": EVERYBODY | {"line", "navigate"},
    "listen": EVERYBODY | {"speech"},
    "navigate": EVERYBODY | {"speech"},
    "simulator": EVERYBODY | {"speech", "line"},
    "hours": EVERYBODY,
    "register": EVERYBODY | {"hours", "measure", "navigate"},
    "measure": EVERYBODY,
    "evidence": EVERYBODY | {"listen"},
    "campaign": EVERYBODY
    | {"register", "hours", "line", "trunk", "navigate", "measure", "evidence", "place", "supervisor"},
    "report": EVERYBODY | {"templates", "register", "measure", "evidence", "speech"},
    "web": EVERYBODY | {"templates", "register", "report", "evidence", "measure", "listen"},
    "exhibit": EVERYBODY | {"templates", "register", "evidence", "web"},
    "bench": EVERYBODY
    | {
        "call",
        "place",
        "line",
        "listen",
        "navigate",
        "speech",
        "simulator",
        "measure",
        "report",
        "evidence",
        "templates",
    },
    "supervisor": EVERYBODY | {"call", "line", "place", "placed", "speech", "measure", "evidence"},
    "placed": EVERYBODY | {"call", "navigate", "speech", "measure", "evidence"},
    "place": EVERYBODY
    | {"placed"}
    | {"call", "line", "trunk", "listen", "navigate", "speech", "simulator", "measure", "evidence"},
}
PURE = ["timeline", "call.py", "listen", "navigate", "measure"]
FORBIDDEN = {"time", "socket", "subprocess", "threading", "httpx", "sqlalchemy", "pjsua2", "secrets"}


def modules_of(room: str) -> list[Path]:
    path = PACKAGE / room
    return sorted(path.rglob("*.py")) if path.is_dir() else [PACKAGE / f"{room}.py"]


def imports_of(path: Path) -> set[str]:
    """Dotted names that a module imports anywhere in it, but for those that only type checking reads."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("room", sorted(MAY_KNOW))
def test_a_room_knows_only_what_it_may_know(room: str) -> None:
    for path in modules_of(room):
        known = {name.split(".")[1] for name in imports_of(path) if name.startswith("probe.")}
        rooms = {name for name in known if (PACKAGE / name).exists() or (PACKAGE / f"{name}.py").exists()}
        strangers = rooms - MAY_KNOW[room] - {room}
        assert not strangers, f"{path.relative_to(PACKAGE)} must not know {sorted(strangers)}"


@pytest.mark.parametrize("room", PURE)
def test_the_pure_core_touches_no_clock_and_no_network(room: str) -> None:
    for path in modules_of(room.removesuffix(".py")):
        touched = {name.split(".")[0] for name in imports_of(path)} & FORBIDDEN
        assert not touched, f"{path.relative_to(PACKAGE)} imports {sorted(touched)}"


def test_every_room_has_its_rule() -> None:
    rooms = {p.name for p in PACKAGE.iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    rooms |= {p.stem for p in PACKAGE.glob("*.py")}
    assert rooms - set(MAY_KNOW) - EVERYBODY == {"cli"}


def test_other_rooms_take_the_timelines_words_from_its_door() -> None:
    inside = {f"probe.timeline.{path.stem}" for path in (PACKAGE / "timeline").glob("*.py")}
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.parent.name != "timeline":
            assert not imports_of(path) & inside, f"{path.relative_to(PACKAGE)}: import from probe.timeline"
