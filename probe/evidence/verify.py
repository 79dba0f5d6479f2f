"""Whether one bundle is what was sealed: signature, key, every file, what was removed since, time stamp.

Nothing is written and nobody is asked: the folder, the public key and, for the place in the chain, the chain's file are
enough. Whole recordings folders are `probe.evidence.verify_chain`'s.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from probe.evidence import bundle as sealing
from probe.evidence import canonical, chain, signed, timestamp, withheld
from probe.evidence.bundle import ARCHIVE, MANIFEST, SCHEMA, SIGNATURE, TOMBSTONE
from probe.evidence.chain import Entry
from probe.evidence.findings import Bundle, Finding
from probe.evidence.flac import sealed_digest
from probe.evidence.keys import PublicKey, public_key
from probe.evidence.ring import Ring, named
from probe.evidence.signed import Copy

_NOTES = frozenset({withheld.NOTE, withheld.SIGNATURE})


def verify_bundle(folder: Path, ring: Ring, *, roots: list[bytes] | None = None, copy: Copy | None = None) -> Bundle:
    """What holds of the bundle in a folder. `roots`: certificates (DER) of time-stamping authorities; `copy`: the chain's
    copies, looked up in the folder's chain if not given. Never raises for what is found in the folder."""
    found = Bundle(folder)
    try:
        return _verified(found, ring, roots or [], copy or _copies(folder.parent))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OSError) as error:
        # Whoever has a key of their own can sign nonsense.
        what = f"{type(error).__name__}: {error}"
        found.add("unreadable", "", f"a document in it makes no sense: {what}", f"其中有文件内容不合规定：{what}")
        return found


def _verified(found: Bundle, ring: Ring, roots: list[bytes], copy: Copy) -> Bundle:
    folder = found.folder
    if not _files(folder, MANIFEST, SIGNATURE) and copy(SCHEMA, folder.name) is None:
        _unsealed(found)
        return found
    found.manifest = signed.read(found, SCHEMA, copy)
    if found.manifest is None and not _files(folder, MANIFEST, SIGNATURE):
        found.manifest = copy(SCHEMA, folder.name)
        found.add("manifest_changed", MANIFEST, "was removed; its copy is in the chain", "已被删除；链中有其副本")
    if found.manifest is None:
        return found
    _signer(found, ring, found.manifest)
    if found.manifest.call != folder.name:
        found.add(
            "renamed",
            "",
            f"what was sealed here is call {found.manifest.call}: folders were renamed or exchanged",
            f"此处封存的是通话 {found.manifest.call}：文件夹被改名或调换",
        )
    for schema in ("probe.archive/1", "probe.tombstone/1"):
        statement = signed.read(found, schema, copy)
        if statement is None and (lost := copy(schema, folder.name)) is not None:
            name = sealing.FILES_OF[schema][0]
            found.add(signed.KINDS[schema], name, "was removed; its copy is in the chain", "已被删除；链中有其副本")
            statement = lost
        if statement is not None and _about(found, statement, schema, ring):
            found.statements[schema] = statement
    _contents(found, withheld.read(found, ring))
    _stamp(found, roots, ring)
    return found


def place_in_chain(found: Bundle) -> None:
    """Checks the place of a bundle among its neighbours in the chain's file, without reading the rest of it."""
    manifest = found.manifest
    if manifest is None:
        return
    path = found.folder.parent / chain.FOLDER / f"{Path(manifest.id).name}.jsonl"
    if not path.is_file():
        found.add(
            "note",
            "",
            f"number {manifest.number} of chain {manifest.id}; the chain is not here, so its neighbours were not checked",
            f"链 {manifest.id} 第 {manifest.number} 号；此处没有链文件，未核对前后两份",
        )
        return
    here = chain.find(path, manifest.number)
    if here is None or here.data != manifest.data:
        found.add(
            "not_in_chain",
            MANIFEST,
            f"is not number {manifest.number} of chain {manifest.id} as kept in {path.name}",
            f"与 {path.name} 中链 {manifest.id} 的第 {manifest.number} 号不符",
        )
    before = chain.find(path, manifest.number - 1) if manifest.number > 1 else None
    follows = manifest.document["chain"].get("previous") == (before.digest if before else None)
    after = chain.find(path, manifest.number + 1)
    followed = after is None or after.document["chain"].get("previous") == manifest.digest
    if not follows or not followed:
        beside = manifest.number - 1 if not follows else manifest.number + 1
        found.findings.append(
            Finding(
                "chain_changed",
                f"chain/{path.name}, number {beside}",
                "does not fit this bundle: it was changed, removed or moved",
                "与本证据包不衔接：被改动、删除或移动",
            )
        )


def _unsealed(found: Bundle) -> None:
    if sealing.running(found.folder):
        found.running = True
        found.add("note", "", "the call goes on: it is sealed when it closes", "通话仍在进行，结束时封存")
    else:
        found.add(
            "unsealed",
            "",
            "not sealed: the program was killed during the call or could not seal it; type: probe seal "
            + str(found.folder),
            f"未封存：通话中程序被终止，或未能封存；请输入：probe seal {found.folder}",
        )


def _signer(found: Bundle, ring: Ring, manifest: Entry) -> None:
    key = ring.signer(manifest)
    if key is not None:
        found.signer = key.name
        return
    found.add(
        "unknown_key",
        MANIFEST,
        f"signed with key {named(manifest)}, for which nobody vouches here; if its owner gives you the public key, type: "
        "probe keys trust FILE (or probe verify --key FILE)",
        f"由密钥 {named(manifest)} 签名，此处无人为其担保；若持有人提供公钥，请输入：probe keys trust 文件"
        "（或 probe verify --key 文件）",
    )


def _about(found: Bundle, statement: Entry, schema: str, ring: Ring) -> bool:
    """Whether a tombstone or archive record can be relied on: about this very bundle, by a key that counts."""
    name, kind = sealing.FILES_OF[schema][0], signed.KINDS[schema]
    assert found.manifest is not None
    if statement.document.get("bundle") != found.manifest.digest or statement.call != found.manifest.call:
        found.add(kind, name, "is about another bundle", "属于另一份证据包")
        return False
    if ring.signer(statement) is None:
        if found.signer:
            found.add(
                "unknown_key",
                name,
                f"signed with key {named(statement)}, for which nobody vouches here",
                f"由密钥 {named(statement)} 签名，此处无人为其担保",
            )
        return not found.signer
    return True


def _contents(found: Bundle, note: dict[str, Any] | None) -> None:
    """Every sealed file against its hash, and every file against the manifest."""
    assert found.manifest is not None
    sealed: dict[str, dict[str, Any]] = {str(row["name"]): row for row in found.manifest.document["files"]}
    for name in sealed:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ValueError(f"{name} is no file of the folder")
    archive = found.statements.get("probe.archive/1")
    tombstone = found.statements.get("probe.tombstone/1")
    added = {str(row["name"]): row for row in archive.document["added"]} if archive else {}
    removed = {str(row["name"]): row for row in tombstone.document["removed"]} if tombstone else {}
    given = {str(row["name"]): row for row in note["given"]} if note else {}
    kept_back = {str(row["name"]): row for row in note["withheld"]} if note else {}
    found.files = len(sealed) - len(kept_back)
    gone = []
    for name, row in sealed.items():
        path = found.folder / name
        if path.is_file() and not path.is_symlink():
            _compare(found, name, row)
            if name in removed:
                found.add(
                    "note",
                    name,
                    f"still here, though {TOMBSTONE} says that it was removed",
                    f"仍在，而 {TOMBSTONE} 称已删除",
                )
            continue
        copies = [other for other, made in added.items() if made.get("decodes_to") == name]
        if any((found.folder / other).is_file() for other in copies):
            found.archived = True
        elif (name in removed and removed[name]["sha256"] == row["sha256"]) or any(
            other in removed for other in copies
        ):
            gone.append(name)
        elif kept_back.get(name) != row:
            found.add(
                "file_missing",
                name,
                "was sealed and is missing, and no tombstone says why",
                "封存过，现已缺失，且没有删除记录说明原因",
            )
    for name, row in added.items():
        path = found.folder / name
        if path.is_file() and not path.is_symlink():
            _archived(found, name, row, sealed.get(str(row.get("decodes_to"))))
        elif (
            name not in removed
            and row.get("decodes_to") not in kept_back
            and not (found.folder / str(row.get("decodes_to"))).is_file()
        ):
            found.add("file_missing", name, f"is missing; {ARCHIVE} says it was made", f"缺失；{ARCHIVE} 称已生成")
    for name, row in given.items():
        if (found.folder / name).is_file():
            _compare(found, name, row)
        else:
            found.add(
                "file_missing", name, f"is missing; {withheld.NOTE} names it", f"缺失；{withheld.NOTE} 列有此文件"
            )
    for path in sealing.contents(found.folder):
        name = path.relative_to(found.folder).as_posix()
        if path.is_symlink():
            found.add("file_added", name, "is a link, which cannot have been sealed", "是链接，不可能是封存内容")
        elif name not in sealed and name not in added and name not in given and name not in _NOTES:
            found.add("file_added", name, "was added after the bundle was sealed", "封存之后添加的文件")
    found.removed = tuple(gone)


def _compare(found: Bundle, name: str, row: dict[str, Any]) -> None:
    try:
        size = (found.folder / name).stat().st_size
        digest = canonical.sha256_of(found.folder / name)
    except OSError as error:
        found.add("unreadable", name, f"cannot be read: {error.strerror}", f"无法读取：{error.strerror}")
        return
    if digest != row["sha256"]:
        longer = "" if size == row["bytes"] else f" ({row['bytes']} bytes then, {size} now)"
        longer_zh = "" if size == row["bytes"] else f"（当时 {row['bytes']} 字节，现 {size} 字节）"
        found.add(
            "file_changed",
            name,
            f"changed since it was sealed{longer}: SHA-256 was {row['sha256'][:16]}..., is {digest[:16]}...",
            f"封存后被改动{longer_zh}：SHA-256 原为 {row['sha256'][:16]}…，现为 {digest[:16]}…",
        )


def _archived(found: Bundle, name: str, row: dict[str, Any], original: dict[str, Any] | None) -> None:
    """A copy made for the archive: itself, and that it decodes to the very file that was sealed."""
    before = len(found.findings)
    _compare(found, name, row)
    if len(found.findings) > before or original is None or (found.folder / str(original["name"])).is_file():
        return
    try:
        digest = sealed_digest(found.folder / name)
    except ValueError as error:
        found.add("file_changed", name, f"does not decode: {error}", f"无法解码：{error}")
        return
    if digest != original["sha256"]:
        found.add(
            "file_changed",
            name,
            f"does not decode to the {original['name']} that was sealed",
            f"解码后不是封存的 {original['name']}",
        )


def _stamp(found: Bundle, roots: list[bytes], ring: Ring) -> None:
    manifest = found.manifest
    assert manifest is not None
    names = timestamp.STAMP, timestamp.STAMP_SIGNATURE
    paths = [found.folder / name for name in names]
    here = [path.is_file() for path in paths]
    if not any(here):
        if manifest.document.get("time_stamp"):
            url = manifest.document["time_stamp"]
            found.add("note", "", f"not time-stamped, though {url} was to be asked", f"未加时间戳，虽曾设置 {url}")
        return
    if not all(here):
        missing = names[here.index(False)]
        found.add("time_stamp_changed", missing, "is missing", "缺失")
        return
    answer, signature = (path.read_bytes() for path in paths)
    if not any(key is not None and key.signed(answer, signature) for key in (_key(manifest), *ring.keys.values())):
        found.add(
            "time_stamp_changed",
            timestamp.STAMP,
            f"it or {timestamp.STAMP_SIGNATURE} was changed",
            f"该文件或 {timestamp.STAMP_SIGNATURE} 被改动",
        )
        return
    try:
        found.stamp = timestamp.check(answer, manifest.data, roots)
    except ValueError as error:
        found.add("time_stamp_changed", timestamp.STAMP, f"does not hold: {error}", f"不成立：{error}")


def _key(entry: Entry) -> PublicKey | None:
    """The public key that a document names, None if it is none."""
    try:
        return public_key(str(entry.document["key"]["public"]))
    except (ValueError, KeyError, TypeError):
        return None


def _files(folder: Path, *names: str) -> bool:
    return any((folder / name).exists() for name in names)


def _copies(recordings: Path) -> Copy:
    """The chain's copies, by reading through the chain's files when something is asked."""
    from probe.evidence.verify_chain import read_log

    logs: list[Any] = []

    def copy(schema: str, call: str) -> Entry | None:
        if not logs:
            logs.append([read_log(path) for path in chain.files(recordings)])
        return next((entry for log in logs[0] if (entry := log.copy(schema, call)) is not None), None)

    return copy
