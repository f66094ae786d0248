"""Keys for sound, agreed with a browser (DTLS-SRTP, RFC 5764), and the sealing itself, which libsrtp does in C."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pylibsrtp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL
from pylibsrtp import Policy, Session

# (name in OpenSSL, number in libsrtp, length of key, length of salt), the best first
_PROFILES = [
    (b"SRTP_AEAD_AES_128_GCM", Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    (b"SRTP_AES128_CM_SHA1_80", Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
]
_CIPHERS = b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA"
_DIGESTS: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha-256": hashes.SHA256,
    "sha-384": hashes.SHA384,
    "sha-512": hashes.SHA512,
}
_MTU = 1200
_LIFE = timedelta(days=30)


def _usable() -> list[tuple[bytes, int, int, int]]:
    """libsrtp may have been built without AES-GCM."""
    usable = []
    for profile in _PROFILES:
        try:
            Policy(srtp_profile=profile[1])
        except pylibsrtp.Error:
            continue
        usable.append(profile)
    return usable


class Certificate:
    """Who we are to browsers: made at the start, known by its fingerprint, which travels in the SDP."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, secrets.token_hex(8))])
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        signed = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + 12 * _LIFE)
        certificate = signed.sign(key, hashes.SHA256())
        self.fingerprint = ("sha-256", fingerprint(certificate, "sha-256"))
        self.context = SSL.Context(SSL.DTLS_METHOD)
        self.context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)  # we compare prints
        self.context.set_options(SSL.OP_NO_TICKET | SSL.OP_NO_QUERY_MTU)
        self.context.use_certificate(certificate)
        self.context.use_privatekey(key)
        self.context.set_cipher_list(_CIPHERS)
        self.profiles = _usable()
        self.context.set_tlsext_use_srtp(b":".join(name for name, *_ in self.profiles))


def fingerprint(certificate: x509.Certificate, algorithm: str) -> str:
    """As SDP writes it."""
    return certificate.fingerprint(_DIGESTS[algorithm]()).hex(":").upper()


class Seal:
    """One browser's keys: fed with DTLS packets until `opened` is called, then it seals and unseals."""

    def __init__(
        self,
        certificate: Certificate,
        *,
        first: bool,
        prints: tuple[tuple[str, str], ...],
        send: Callable[[bytes], None],
        opened: Callable[[], None],
        failed: Callable[[str], None],
    ) -> None:
        """`first`: do we speak first (DTLS client, a=setup:active)? `prints`: the browser's, as its SDP says."""
        self._certificate, self._first, self._prints = certificate, first, prints
        self._send, self._opened, self._failed = send, opened, failed
        self._tls = SSL.Connection(certificate.context)
        self._tls.set_ciphertext_mtu(_MTU)
        (self._tls.set_connect_state if first else self._tls.set_accept_state)()
        self._out: Session | None = None
        self._in: Session | None = None
        self._again: asyncio.TimerHandle | None = None

    @property
    def is_open(self) -> bool:
        return self._out is not None

    def begin(self) -> None:
        """The way to the browser is there."""
        self._step()

    def receive(self, data: bytes) -> None:
        """A DTLS packet came."""
        try:
            self._tls.bio_write(data)
        except SSL.Error:
            return
        self._step()

    def seal(self, packet: bytes) -> bytes | None:
        return self._out.protect(packet) if self._out else None

    def unseal(self, packet: bytes) -> bytes | None:
        """The packet as it was, or None when it was not the browser's, or came twice."""
        if self._in is None:
            return None
        try:
            return self._in.unprotect(packet)
        except pylibsrtp.Error:
            return None

    def close(self) -> None:
        if self._again:
            self._again.cancel()
        if self.is_open:
            try:
                self._tls.shutdown()
                self._flush()
            except SSL.Error:
                pass

    def _step(self) -> None:
        try:
            if self.is_open:
                self._tls.recv(1500)  # alerts; a browser sends nothing else here
            else:
                self._tls.do_handshake()
                self._agree()
        except SSL.WantReadError:
            pass
        except (SSL.Error, ValueError) as trouble:
            if not self.is_open:
                self._failed(str(trouble))
        self._flush()
        self._wait()

    def _flush(self) -> None:
        try:
            while True:
                self._send(self._tls.bio_read(_MTU + 300))
        except SSL.Error:
            return

    def _wait(self) -> None:
        """DTLS says itself when what it sent should go once more."""
        if self._again:
            self._again.cancel()
            self._again = None
        left = None if self.is_open else self._tls.DTLSv1_get_timeout()
        if left is not None:
            self._again = asyncio.get_running_loop().call_later(left, self._late)

    def _late(self) -> None:
        try:
            self._tls.DTLSv1_handle_timeout()
        except SSL.Error:
            return
        self._step()

    def _agree(self) -> None:
        """Raises ValueError when the browser is not who its SDP said."""
        theirs = self._tls.get_peer_certificate(as_cryptography=True)
        known = [(algorithm, value) for algorithm, value in self._prints if algorithm in _DIGESTS]
        if theirs is None or not known or any(fingerprint(theirs, name) != value for name, value in known):
            raise ValueError("The browser's certificate is not the one it named.")
        chosen = self._tls.get_selected_srtp_profile()
        profile = next((each for each in self._certificate.profiles if each[0] == chosen), None)
        if profile is None:
            raise ValueError("The browser and we know no common way to seal sound.")
        self._take_keys(profile)
        self._opened()

    def _take_keys(self, profile: tuple[bytes, int, int, int]) -> None:
        _name, number, key, salt = profile
        secret = self._tls.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (key + salt))
        keys = [secret[:key], secret[key : 2 * key]]
        salts = [secret[2 * key : 2 * key + salt], secret[2 * key + salt :]]
        ours, theirs = (0, 1) if self._first else (1, 0)
        self._out = _session(keys[ours] + salts[ours], Policy.SSRC_ANY_OUTBOUND, number)
        self._in = _session(keys[theirs] + salts[theirs], Policy.SSRC_ANY_INBOUND, number)


def _session(key: bytes, kind: int, profile: int) -> Session:
    policy = Policy(key=key, ssrc_type=kind, srtp_profile=profile)
    policy.allow_repeat_tx = True
    policy.window_size = 1024
    return Session(policy)
