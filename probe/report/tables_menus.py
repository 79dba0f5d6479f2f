"""Menus as heard and their changes, as tables and in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from probe.i18n import tr
from probe.report.document_material import Material
from probe.report.menu_tree import Change, Option, Place
from probe.report.tables_columns import Column, Table, table


def menus(material: Material) -> Table:
    """A row for each option of each place; one for a place without options."""
    columns = (
        Column("hotline", ("Hotline", "热线")),
        Column("caller", ("Caller", "主叫")),
        Column("path", ("Inputs so far", "已输入")),
        Column("stage", ("Stage", "阶段")),
        Column("key", ("Key", "按键")),
        Column("label", ("Option", "选项")),
        Column("offers_human", ("Leads to a person", "通往人工"), "boolean"),
        Column("heard", ("Heard", "听到")),
        Column("calls", ("Calls", "通话数"), "integer"),
    )
    rows: list[tuple[Any, ...]] = []

    def walk(hotline: str, caller: str, place: Place) -> None:
        options: Sequence[Option | None] = place.options or [None]
        for option in options:
            about = (option.key, option.label, option.offers_human) if option else ("", "", None)
            rows.append((hotline, caller, path_text(place.path), place.stage, *about, place.text, len(place.calls)))
        for below in place.places.values():
            walk(hotline, caller, below)

    for found in material.hotlines:
        for menu in found.menus:
            walk(found.hotline.id, menu.caller, menu.root)
    return table("menus", ("Menus as heard", "听到的菜单"), columns, rows)


def menu_changes(material: Material) -> Table:
    """A row for each change of a menu, hotline by hotline."""
    columns = (
        Column("hotline", ("Hotline", "热线")),
        Column("caller", ("Caller", "主叫")),
        Column("path", ("Inputs so far", "已输入")),
        Column("last_before", ("Last heard as before", "最后一次为旧菜单"), "instant", "UTC"),
        Column("first_after", ("First heard otherwise", "首次为新菜单"), "instant", "UTC"),
        Column("change", ("Change", "变化")),
        Column("confirmed", ("Confirmed by a later call", "后续通话已证实"), "boolean"),
        Column("call_before", ("Call before", "之前的通话")),
        Column("call_after", ("Call after", "之后的通话")),
    )
    rows = [
        (
            f.hotline.id,
            menu.caller,
            path_text(c.path),
            pd.Timestamp(c.before),
            pd.Timestamp(c.after),
            in_words(c),
            c.confirmed,
            c.last_before,
            c.first_after,
        )
        for f in material.hotlines
        for menu in f.menus
        for c in menu.changes
    ]
    return table("menu_changes", ("When menus changed", "菜单变化"), columns, rows)


def path_text(path: Sequence[str]) -> str:
    """Inputs in one line; nothing was entered yet at the first menu."""
    return " → ".join(path)


def in_words(change: Change) -> str:
    """A change of a menu in one sentence."""
    new = [tr(en=f"new: {o.key} {o.label}", zh=f"新增 {o.key} {o.label}") for o in change.added]
    gone = [tr(en=f"gone: {o.key} {o.label}", zh=f"取消 {o.key} {o.label}") for o in change.removed]
    other = [
        tr(en=f"{a.key}: {a.label} became {b.label}", zh=f"{a.key} 由“{a.label}”改为“{b.label}”")
        for a, b in change.renamed
    ]
    return tr(en="; ", zh="；").join((*new, *gone, *other))
