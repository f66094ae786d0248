"""Messages that wake a browser: sealed for that browser alone (RFC 8291), and signed as ours (RFC 8292). Pure.

The push service that carries them reads neither words nor names.
"""

import base64
import json
import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

POINT = 65  # bytes of a public key, uncompressed
SECRET = 16
RECORD = 4096
LONGEST = RECORD - 16 - 1 - (16 + 4 + 1 + POINT)  # bytes of words; services take a body of 4,096 (RFC 8291, 4)

CURVE = ec.SECP256R1()


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(CURVE)


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half, as browsers want it."""
    form = serialization.PublicFormat.UncompressedPoint
    return key.public_key().public_bytes(serialization.Encoding.X962, form)


def written(raw: bytes) -> str:
    """base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def are_keys(public: str, secret: str) -> bool:
    """Could a browser have given us these? A point on the curve, and sixteen bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, read(public))
        return len(read(public)) == POINT and len(read(secret)) == SECRET
    except ValueError:
        return False


def seal(
    words: bytes, *, public: bytes, secret: bytes, ours: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b""
) -> bytes:
    """The body to send. `ours` and `salt` are made anew for each message unless a test vector gives them.

    Raises ValueError for words longer than LONGEST, or keys that are none.
    """
    if len(words) > LONGEST:
        raise ValueError(f"a push message holds {LONGEST} bytes, these are {len(words)}")
    ours, salt = ours or new_key(), salt or os.urandom(16)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, public)
    shared = ours.exchange(ec.ECDH(), theirs)
    material = HKDF(hashes.SHA256(), 32, secret, b"WebPush: info\0" + public + point(ours)).derive(shared)
    key, nonce = content_keys(material, salt)
    sealed = AESGCM(key).encrypt(nonce, words + b"\x02", None)  # 2: the last record (RFC 8188, 2)
    return salt + RECORD.to_bytes(4, "big") + bytes([POINT]) + point(ours) + sealed


def content_keys(material: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """The key and the nonce of the one record (RFC 8188, 2.2 and 2.3)."""
    key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(material)
    return key, HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(material)


def authorization(key: ec.EllipticCurvePrivateKey, *, origin: str, subject: str, expires: int) -> str:
    """The header that says who sends (RFC 8292).

    origin: of the push service. expires: seconds since 1970, a day ahead at most.
    """
    head = _json({"typ": "JWT", "alg": "ES256"})
    said = head + b"." + _json({"aud": origin, "exp": expires, "sub": subject})
    r, s = decode_dss_signature(key.sign(said, ec.ECDSA(hashes.SHA256())))
    token = f"{said.decode()}.{written(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
    return f"vapid t={token}, k={written(point(key))}"


def _json(said: dict[str, object]) -> bytes:
    return written(json.dumps(said, separators=(",", ":")).encode()).encode()
