"""`probe verify`: whether calls are what was sealed, in words; offline, with only the public key."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from probe.i18n import tr

if TYPE_CHECKING:
    from probe.evidence.findings import Bundle, Finding
    from probe.evidence.verify_chain import Folder

HELP = tr(
    en="Check that calls are what was sealed: every file, signature, place in the chain, time stamp.",
    zh="核验通话是否与封存时一致：每个文件、签名、链中位置、时间戳。",
)
_LISTED = 40  # findings that are shown of one folder; --json has all


def verify(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help=tr(
                en="Calls' folders, recordings folders, or files made by `probe export`.",
                zh="通话文件夹、录音文件夹，或 `probe export` 生成的文件。",
            )
        ),
    ],
    key: Annotated[
        list[Path] | None,
        typer.Option(
            help=tr(
                en="Public key (PEM) of who sealed them; may be repeated. If not given: this machine's and the trusted ones.",
                zh="封存者的公钥（PEM），可多次给出；不写则用本机密钥和可信密钥。",
            )
        ),
    ] = None,
    head: Annotated[
        list[str] | None,
        typer.Option(
            help=tr(
                en="A head that was published (`CHAIN NUMBER HASH` from `probe keys head`), or a file of them.",
                zh="已公布的链头（`probe keys head` 输出的“链 号 哈希”），或存放链头的文件。",
            )
        ),
    ] = None,
    authority: Annotated[
        list[Path] | None,
        typer.Option(
            help=tr(
                en="Root certificate (PEM or DER) of a time-stamping authority; may be repeated.",
                zh="时间戳机构的根证书（PEM 或 DER），可多次给出。",
            )
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help=tr(en="Print all findings as JSON.", zh="以 JSON 输出全部结论。"))
    ] = False,
) -> None:
    """Exit code 0: everything holds; 1: something does not."""
    from rich.console import Console

    from probe.cli import FAILED, FINE
    from probe.errors import UserError
    from probe.evidence import bundle, exported, timestamp
    from probe.evidence.ring import Ring
    from probe.evidence.verify import place_in_chain, verify_bundle
    from probe.evidence.verify_chain import Folder, check_head, verify_folder

    ring = Ring.of(key) if key else Ring.usual()
    roots = [der for path in authority or [] for der in timestamp.certificates(path)]
    heads = list(_heads(head or []))
    console = Console(stderr=json)
    results: list[Folder] = []
    with ExitStack() as stack:
        for path in paths:
            folder = stack.enter_context(exported.opened(path)) if path.is_file() else path
            _must_be_calls(folder)
            if path.is_file():
                packed = [verify_bundle(call, ring, roots=roots) for call in bundle.calls(folder)]
                results.append(Folder(folder, bundles=packed))
                results[-1].findings += _proved(folder, results[-1], heads)
            elif bundle.is_call(folder):
                if heads:
                    raise UserError(
                        f"{path}: --head needs the whole chain: give the recordings folder, or a file made by `probe export`",
                        f"{path}：--head 需要整条链：请给出录音文件夹或 `probe export` 生成的文件",
                    )
                one = verify_bundle(folder, ring, roots=roots)
                place_in_chain(one)
                results.append(Folder(folder.parent, bundles=[one]))
            else:
                with console.status("") as status:
                    results.append(verify_folder(folder, ring, roots=roots, progress=_progress(status.update)))
        if not any(path.is_file() for path in paths):
            checked = [check_head(results, text) for text in heads]
            results[-1].findings += checked
    if json:
        typer.echo(
            jsonlib.dumps(
                [_form(path, found) for path, found in zip(paths, results, strict=True)], ensure_ascii=False, indent=1
            )
        )
    else:
        for path, found in zip(paths, results, strict=True):
            for line in told_of(path, found):
                console.print(line, highlight=False, soft_wrap=True, markup=False)
    raise typer.Exit(FAILED if any(found.broken for found in results) else FINE)


def _progress(update: Callable[[str], None]) -> Callable[[int, int], None]:
    told = tr(en="{} of {} calls", zh="{} / {} 通")
    return lambda done, of: update(told.format(done, of))


def _proved(folder: Path, found: Folder, heads: list[str]) -> list[Finding]:
    """What the proofs of an exported file say, also about heads that were given."""
    from probe.evidence import exported

    manifests = {bundle.folder.name: bundle.manifest for bundle in found.bundles}
    findings = []
    for call, proof in exported.proofs(folder):
        wrong = exported.fits(call, proof, manifests.get(call))
        findings += [wrong] if wrong else [exported.check_proof(call, proof, text) for text in heads]
    return findings


def told_of(path: Path, found: Folder) -> Iterator[str]:
    """What a verification found, in lines for people."""
    broken = found.broken
    yield from (f"✗ {finding}" for finding in broken[:_LISTED])
    if len(broken) > _LISTED:
        more = len(broken) - _LISTED
        yield tr(en=f"✗ and {more} more; --json has all", zh=f"✗ 另有 {more} 条；--json 可列出全部")
    notes = [f for bundle in found.bundles for f in bundle.findings if not f.broken]
    notes += [f for f in found.findings if not f.broken]
    yield from (f"· {finding}" for finding in notes[:_LISTED])
    holding = [bundle for bundle in found.bundles if bundle.holds]
    if holding:
        yield from _holding(holding)
    for log in found.logs:
        if log.lines and not any(f.broken and log.path.name in f.where for f in found.findings):
            last = log.lines[-1]
            yield tr(
                en=f"✓ chain {log.id}: {len(log.lines)} documents, none missing, none out of order; head {last.head}",
                zh=f"✓ 链 {log.id}：{len(log.lines)} 份文件，无缺失，次序正确；链头 {last.head}",
            )
    failing = len(found.bundles) - len(holding) - sum(bundle.running for bundle in found.bundles)
    if broken:
        yield tr(
            en=f"{path}: does NOT hold: {len(broken)} findings; {failing} of {len(found.bundles)} calls affected",
            zh=f"{path}：不成立：{len(broken)} 项；涉及 {len(found.bundles)} 通中的 {failing} 通",
        )
    else:
        yield tr(en=f"{path}: holds", zh=f"{path}：成立")


def _holding(bundles: list[Bundle]) -> Iterator[str]:
    files = sum(bundle.files for bundle in bundles)
    count = len(bundles)
    yield tr(
        en=f"✓ {count} {'call' if count == 1 else 'calls'}: every file ({files}) is as it was sealed (SHA-256)",
        zh=f"✓ {count} 通：全部 {files} 个文件与封存时一致（SHA-256）",
    )
    for name in dict.fromkeys(bundle.signer for bundle in bundles):
        signed = [bundle for bundle in bundles if bundle.signer == name]
        entry = signed[0].manifest
        assert entry is not None
        from probe.evidence.ring import named

        yield tr(
            en=f"✓ signed with key {named(entry)} ({name}): {len(signed)}",
            zh=f"✓ 由密钥 {named(entry)}（{name}）签名：{len(signed)}",
        )
    removed = sum(bool(bundle.removed) for bundle in bundles)
    if removed:
        yield tr(
            en=f"· audio removed by a retention rule, with a signed tombstone: {removed}",
            zh=f"· 按保存期限删除录音并留有签名记录：{removed}",
        )
    archived = sum(bundle.archived for bundle in bundles)
    if archived:
        yield tr(
            en=f"· audio kept as FLAC that decodes to the very WAV that was sealed: {archived}",
            zh=f"· 录音以 FLAC 保存，解码后与封存的 WAV 完全一致：{archived}",
        )
    late = [bundle.manifest.document.get("late") for bundle in bundles if bundle.manifest]
    for reason, en, zh in (
        (
            "interrupted",
            "sealed afterwards, because the program was killed during the call",
            "通话中程序被终止，事后封存",
        ),
        ("afterwards", "not sealed when they closed, but afterwards", "未在结束时封存，事后补封"),
    ):
        if reason in late:
            yield tr(en=f"· {en}: {late.count(reason)}", zh=f"· {zh}：{late.count(reason)}")
    stamps = [bundle.stamp for bundle in bundles if bundle.stamp]
    for name in dict.fromkeys(stamp.authority for stamp in stamps):
        these = [stamp for stamp in stamps if stamp.authority == name]
        if all(stamp.vouched for stamp in these):
            yield tr(
                en=f"✓ time-stamped by {name}: {len(these)}, the last at {max(s.at for s in these):%Y-%m-%d %H:%M:%S}Z",
                zh=f"✓ 由 {name} 加盖时间戳：{len(these)}，最近为 {max(s.at for s in these):%Y-%m-%d %H:%M:%S}Z",
            )
        else:
            yield tr(
                en=f"· a time stamp that names {name}: {len(these)}; to check it, give its root certificate with --authority",
                zh=f"· 带有自称 {name} 的时间戳：{len(these)}；如需核验请用 --authority 给出其根证书",
            )


def _heads(given: list[str]) -> Iterator[str]:
    """Each head that was given, or stands in a file that was; raises UserError."""
    import re

    from probe.errors import UserError

    form = re.compile(r"\S+ [1-9]\d{0,11} [0-9a-f]{64}")
    for text in given:
        path = Path(text)
        if not form.fullmatch(text.strip()) and path.is_file():
            lines = [line.strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
            lines = [line for line in lines if line and not line.startswith("#")]
        else:
            lines = [text.strip()]
        for line in lines or [""]:
            if not form.fullmatch(line):
                raise UserError(
                    f"`{line or text}` is not a head; expected `CHAIN NUMBER HASH` as `probe keys head` prints it, or a file of them",
                    f"“{line or text}”不是链头；应为 `probe keys head` 输出的“链 号 哈希”，或存放链头的文件",
                )
            yield line


def _must_be_calls(path: Path) -> None:
    from probe.errors import UserError
    from probe.evidence import bundle, chain

    if not path.exists():
        raise UserError(f"{path}: no such file or folder", f"{path}：没有这个文件或文件夹")
    if not bundle.is_call(path) and not bundle.calls(path) and not chain.files(path):
        raise UserError(
            f"{path}: no call here; expected a call's folder, a recordings folder or a file made by `probe export`",
            f"{path}：此处没有通话；应为通话文件夹、录音文件夹或 `probe export` 生成的文件",
        )


def _form(path: Path, found: Folder) -> dict[str, Any]:
    def row(finding: Finding) -> dict[str, Any]:
        return {"kind": finding.kind, "where": finding.where, "en": finding.en, "zh": finding.zh}

    return {
        "path": str(path),
        "holds": not found.broken,
        "findings": [row(f) for b in found.bundles for f in b.findings] + [row(f) for f in found.findings],
        "calls": [
            {
                "call": bundle.folder.name,
                "holds": bundle.holds,
                "signer": bundle.signer,
                "chain": bundle.manifest.document["chain"] if bundle.manifest else None,
                "late": bundle.manifest.document.get("late") if bundle.manifest else None,
                "removed": list(bundle.removed),
                "archived": bundle.archived,
                "time_stamp": bundle.stamp.at.isoformat() if bundle.stamp else None,
            }
            for bundle in found.bundles
        ],
    }
