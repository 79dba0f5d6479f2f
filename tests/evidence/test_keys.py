"""Keys: made once, readable by their owner only, never in the way of others; and clear words for what is no key."""

from __future__ import annotations

import shutil
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from probe.errors import UserError
from probe.evidence import keys


@pytest.fixture(autouse=True)
def _fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_KEYS", str(tmp_path / "keys"))


def pem(password: bytes | None = None) -> bytes:
    protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        protection = serialization.BestAvailableEncryption(password)
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection
    )


def test_a_key_is_made_once_at_first_use_for_its_owner_only(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: keys.signing_key().public.fingerprint, range(8)))
    assert len(set(made)) == 1
    path = tmp_path / "keys" / "signing.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [child.name for child in path.parent.iterdir()] == ["signing.pem"]


def test_a_key_can_come_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.pem"
    path.write_bytes(pem())
    monkeypatch.setenv("PROBE_SIGNING_KEY", str(path))
    by_path = keys.signing_key()
    monkeypatch.setenv("PROBE_SIGNING_KEY", path.read_text())
    assert keys.signing_key().public == by_path.public
    assert not (tmp_path / "keys").exists()


def test_an_encrypted_key_needs_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.pem").write_bytes(pem(b"secret"))
    monkeypatch.setenv("PROBE_SIGNING_KEY", str(tmp_path / "mine.pem"))
    with pytest.raises(UserError, match="PROBE_SIGNING_KEY_PASSWORD"):
        keys.signing_key()
    monkeypatch.setenv("PROBE_SIGNING_KEY_PASSWORD", "wrong")
    with pytest.raises(UserError, match="wrong password"):
        keys.signing_key()
    monkeypatch.setenv("PROBE_SIGNING_KEY_PASSWORD", "secret")
    assert keys.signing_key().sign(b"x")


@pytest.mark.parametrize("text", ["", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_private_key_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (tmp_path / "mine.pem").write_text(text)
    monkeypatch.setenv("PROBE_SIGNING_KEY", str(tmp_path / "mine.pem"))
    with pytest.raises(UserError, match="not an Ed25519 private key in PEM") as error:
        keys.signing_key()
    assert "\n" not in error.value.en


def test_what_is_no_public_key_is_said(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(pem())
    with pytest.raises(UserError, match="this is a private key"):
        keys.read_public(path)
    rsa = generate_private_key(65537, 2048).public_key()
    path.write_bytes(rsa.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(UserError, match="not an Ed25519 public key"):
        keys.read_public(path)
    with pytest.raises(UserError, match="no such file"):
        keys.read_public(tmp_path / "missing.pem")


def test_a_name_stands_for_one_key(tmp_path: Path) -> None:
    first, second = (keys.SigningKey(Ed25519PrivateKey.generate(), "").public for _ in range(2))
    keys.trust(first, "lab")
    keys.trust(first, "lab")
    with pytest.raises(UserError, match="already stands for another key"):
        keys.trust(second, "lab")
    with pytest.raises(UserError, match="cannot name a key"):
        keys.trust(second, "../lab")
    assert [key.name for key in keys.trusted()] == ["lab"]
    keys.forget("lab")
    with pytest.raises(UserError, match="no trusted key"):
        keys.forget("lab")


def test_a_replaced_key_is_kept_and_stays_trusted() -> None:
    old = keys.signing_key().public
    keys.new(replace=True)
    assert keys.signing_key().public != old
    assert [key.der for key in keys.trusted()] == [old.der]


def test_no_changed_bit_of_a_key_breaks_more_than_the_key() -> None:
    der = keys.signing_key().public.der
    for at in range(8 * len(der)):
        data = bytearray(der)
        data[at // 8] ^= 1 << at % 8
        try:
            assert not keys.public_key(keys.PublicKey(bytes(data)).text).signed(b"x", keys.signing_key().sign(b"x"))
        except ValueError:
            continue


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_reads_the_key_and_shows_the_same_fingerprint(tmp_path: Path) -> None:
    public = keys.signing_key().public
    (tmp_path / "key.pem").write_text(public.pem)
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", str(tmp_path / "key.pem"), "-outform", "DER"],
        check=True,
        capture_output=True,
    ).stdout
    assert der == public.der
