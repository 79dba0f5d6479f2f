"""Ed25519 keys (RFC 8032): the one that signs this machine's bundles, and the public ones that are trusted.

The signing key is never in the repository, a recording or a log. It is looked for in this order:

    PROBE_SIGNING_KEY    PEM text, or the path of a PEM file (PROBE_SIGNING_KEY_PASSWORD if it is encrypted)
    PROBE_KEYS           a folder: signing.pem, trusted/NAME.pem; if not set, `keys` in the user's data folder

and made in that folder at first use, readable by its owner only. A key's fingerprint is the SHA-256 of its public half in
DER (SubjectPublicKeyInfo), so `openssl pkey -pubin -in key.pem -outform DER | sha256sum` shows the same.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import platformdirs
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from probe.errors import UserError, cannot_read, cannot_write

SIGNING = "signing.pem"
TRUSTED = "trusted"
ALGORITHM = "Ed25519"
_SHORT = 16  # hexadecimal digits of a fingerprint that are shown
_NAME = re.compile(r"[\w.-]{1,64}")


@dataclass(frozen=True)
class PublicKey:
    """A key that signatures are checked with. `der`: SubjectPublicKeyInfo; `name`: what its owner is called here."""

    der: bytes
    name: str = ""

    @property
    def text(self) -> str:
        """As it stands in manifests: base64 of the DER, the body of a PEM file."""
        return base64.b64encode(self.der).decode()

    @property
    def pem(self) -> str:
        """As a PEM file."""
        return f"-----BEGIN PUBLIC KEY-----\n{self.text}\n-----END PUBLIC KEY-----\n"

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the DER in hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def short(self) -> str:
        """The beginning of the fingerprint, for people."""
        return self.fingerprint[:_SHORT]

    @cached_property
    def _key(self) -> Ed25519PublicKey:
        try:
            key = serialization.load_der_public_key(self.der)
        except UnsupportedAlgorithm as error:  # a kind of key that nobody knows is no key of ours
            raise ValueError(str(error)) from None
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("not an Ed25519 key")
        return key

    def signed(self, data: bytes, signature: bytes) -> bool:
        """Whether the signature over the data is this key's."""
        try:
            self._key.verify(signature, data)
        except (InvalidSignature, ValueError, UnsupportedAlgorithm):
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """The private half. `source`: where it came from, for people."""

    private: Ed25519PrivateKey
    source: str

    @cached_property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(
            self.private.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )

    def sign(self, data: bytes) -> bytes:
        """64 bytes."""
        return self.private.sign(data)


def public_key(text: str, name: str = "") -> PublicKey:
    """The key of what stands in a manifest; raises ValueError when it is not one."""
    key = PublicKey(base64.b64decode(text, validate=True), name)
    if key.text != text:
        raise ValueError("not in canonical form")
    _ = key._key
    return key


def folder() -> Path:
    """Where keys are."""
    chosen = os.environ.get("PROBE_KEYS")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("probe", appauthor=False)) / "keys"


def signing_key(*, make: bool = True) -> SigningKey:
    """This machine's signing key, made now if there is none and `make` allows it.

    Raises UserError when it is not an Ed25519 key in PEM or there is none, OurFault when it cannot be written.
    """
    given = os.environ.get("PROBE_SIGNING_KEY", "").strip()
    if given.startswith("-----BEGIN"):
        return SigningKey(_private(given.encode(), "PROBE_SIGNING_KEY"), "PROBE_SIGNING_KEY")
    path = Path(given) if given else folder() / SIGNING
    if not given and not path.is_file():
        if not make:
            raise UserError(
                f"{path}: there is no signing key yet; type: probe keys new",
                f"{path}：还没有签名密钥；请输入：probe keys new",
            )
        new()
    try:
        return SigningKey(_private(path.read_bytes(), str(path)), str(path))
    except OSError as error:
        raise cannot_read(path, error) from None


def new(*, replace: bool = False) -> Path:
    """Makes a signing key and returns its file; when one exists, another process's is as good.

    With `replace` the old key is kept beside it under its fingerprint and trusted from now on. Raises OurFault.
    """
    path = folder() / SIGNING
    data = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_name(f".{SIGNING}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if replace and path.is_file():
            old = SigningKey(_private(path.read_bytes(), str(path)), str(path)).public
            trust(old, f"earlier-{old.short}")
            path.rename(path.with_name(f"signing-{old.short}.pem"))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # unlike a rename, never over a key that is in use
    except OSError as error:
        raise cannot_write(path, error) from None
    finally:
        draft.unlink(missing_ok=True)
    return path


def trust(key: PublicKey, name: str) -> Path:
    """Remembers a public key as trusted, and returns its file. Raises UserError for a name that cannot be a file's,
    or that stands for another key; OurFault when it cannot be written."""
    if not _NAME.fullmatch(name) or name.startswith("."):
        raise UserError(
            f"`{name}` cannot name a key: letters, digits, `_`, `-` and `.`, at most 64",
            f"“{name}”不能用作密钥名：只能用文字、数字、“_”“-”“.”，最多 64 个字符",
        )
    path = folder() / TRUSTED / f"{name}.pem"
    known = next((other for other in trusted() if other.name == name and other.der != key.der), None)
    if known:
        raise UserError(
            f"`{name}` already stands for another key ({known.short}); choose another name with --name",
            f"“{name}”已是另一把密钥（{known.short}）的名称；请用 --name 另取名称",
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(key.pem, encoding="ascii")
    except OSError as error:
        raise cannot_write(path, error) from None
    return path


def forget(name: str) -> None:
    """No longer trusts a key. Raises UserError when there is none of that name."""
    path = folder() / TRUSTED / f"{name}.pem"
    if not _NAME.fullmatch(name) or not path.is_file():
        known = ", ".join(key.name for key in trusted()) or "-"
        raise UserError(
            f"no trusted key is called `{name}`; there are: {known}", f"没有名为“{name}”的可信密钥；现有：{known}"
        )
    path.unlink()


def trusted() -> list[PublicKey]:
    """Every public key that was said to be trusted, by name. Raises UserError when one of the files is not a key."""
    return [read_public(path, path.stem) for path in sorted((folder() / TRUSTED).glob("*.pem"))]


def own() -> PublicKey | None:
    """The public half of this machine's key, None if there is none or it cannot be used."""
    try:
        return signing_key(make=False).public
    except UserError:
        return None


def read_public(path: Path, name: str = "") -> PublicKey:
    """The Ed25519 public key in a PEM file; raises UserError, also for a private key, which nobody should hand around."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file", f"{path}：没有这个文件") from None
    except OSError as error:
        raise cannot_read(path, error) from None
    if b"PRIVATE KEY" in data:
        raise UserError(
            f"{path}: this is a private key; expected the public one: probe keys export",
            f"{path}：这是私钥；应为公钥：probe keys export",
        )
    try:
        key: Any = serialization.load_pem_public_key(data)
        der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return public_key(base64.b64encode(der).decode(), name)
    except (ValueError, UnsupportedAlgorithm, AttributeError):
        raise UserError(
            f"{path}: not an Ed25519 public key in PEM (-----BEGIN PUBLIC KEY-----)",
            f"{path}：不是 PEM 格式的 Ed25519 公钥（-----BEGIN PUBLIC KEY-----）",
        ) from None


def _private(data: bytes, where: str) -> Ed25519PrivateKey:
    password = os.environ.get("PROBE_SIGNING_KEY_PASSWORD")
    try:
        try:
            key = serialization.load_pem_private_key(data, password.encode() if password else None)
        except TypeError:  # a password for a key that has none, or none for one that has
            if password is None:
                raise UserError(
                    f"{where}: the key is encrypted; set PROBE_SIGNING_KEY_PASSWORD",
                    f"{where}：密钥已加密；请设置 PROBE_SIGNING_KEY_PASSWORD",
                ) from None
            key = serialization.load_pem_private_key(data, None)
        if isinstance(key, Ed25519PrivateKey):
            return key
    except (ValueError, UnsupportedAlgorithm):
        pass
    raise UserError(
        f"{where}: not an Ed25519 private key in PEM, or the wrong password; make one with: probe keys new",
        f"{where}：不是 PEM 格式的 Ed25519 私钥，或密码错误；可用以下命令生成：probe keys new",
    )
