"""`probe check`: whether files that people write are right, before anything is dialled."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from probe.i18n import tr

HELP = tr(
    en="Check scenarios, hotlines, callers.yaml, trunks.yaml and others; every mistake with its line and column.",
    zh="检查场景、热线、callers.yaml、trunks.yaml 等；每处错误给出行和列。",
)


def check(
    path: Annotated[
        list[Path], typer.Argument(help=tr(en="YAML files, or folders of them.", zh="YAML 文件，或存放它们的文件夹。"))
    ],
) -> None:
    """One line a file: what it is, or the first mistake in it."""
    from probe.cli import FINE, USER_ERROR
    from probe.errors import UserError

    wrong = 0
    for file in _files(path):
        try:
            typer.echo(f"{file}: {_check(file)}")
        except UserError as error:
            wrong += 1
            typer.echo(tr(en=f"probe: {error}", zh=f"probe：{error}"), err=True)
    raise typer.Exit(USER_ERROR if wrong else FINE)


def _files(paths: list[Path]) -> list[Path]:
    from probe.errors import UserError

    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*.y*ml")) if path.is_dir() else [path]
        if not inside:
            raise UserError(f"{path}: no YAML file in this folder", f"{path}：此文件夹中没有 YAML 文件")
        found += inside
    return found


def _check(path: Path) -> str:
    """Reads the file as what its keys say it is; raises UserError."""
    from probe import documents
    from probe.line.caller import load_caller, load_callers
    from probe.navigate.scenario import load_scenario
    from probe.register import Register
    from probe.report.rules import load as load_rule
    from probe.simulator.hotline import load_hotline
    from probe.speech import models

    keys = documents.parse(documents.read(path), path)
    if "campaign" in keys:
        from probe.campaign.definition import load_campaign

        campaign = load_campaign(path, Register.beside(path)).campaign
        return tr(en=f"campaign {campaign.campaign}, right", zh=f"任务 {campaign.campaign}，正确")
    if "callers" in keys:
        return tr(en=f"callers, {len(load_callers(path))} of them", zh=f"主叫 {len(load_callers(path))} 个")
    if "trunks" in keys:
        from probe.trunk.file import load_trunks

        return tr(en=f"trunks, {len(load_trunks(path))} of them", zh=f"中继 {len(load_trunks(path))} 条")
    if "hotlines" in keys:
        return tr(en=f"register, {len(Register.load(path))} hotlines", zh=f"热线登记表，{len(Register.load(path))} 条")
    if "counts" in keys:
        return tr(en=f"profile {load_rule(path).name}, right", zh=f"评分规则 {load_rule(path).name}，正确")
    if "places" in keys:
        hotline = load_hotline(path)
        return tr(en=f"hotline {hotline.id}, right", zh=f"热线 {hotline.id}，正确")
    scenario = load_scenario(path)
    load_caller(scenario.caller)
    if scenario.model and not Path(scenario.model).is_dir():
        models.named(scenario.model)
    return tr(en=f"scenario for {scenario.hotline}, right", zh=f"{scenario.hotline} 的场景，正确")
