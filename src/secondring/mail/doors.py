"""Where we listen for letters ourselves, as the machine's settings say."""

import ssl
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Door:
    """Where we listen: `127.0.0.1:2525`, `lmtp://127.0.0.1:2424`. A certificate brings STARTTLS; smtps:// is TLS only."""

    host: str
    port: int
    lmtp: bool = False
    tls: bool = False
    certificate: Path | None = None
    key: Path | None = None

    @classmethod
    def read(cls, words: str, certificate: str = "", key: str = "") -> "Door":
        """From one word of SECONDRING_INLET. Raises ValueError in a sentence."""
        scheme, _sep, rest = words.rpartition("://")
        host, _colon, port = rest.rpartition(":")
        if scheme not in ("", "smtp", "smtps", "lmtp") or not port.isdigit():
            raise ValueError(
                f"SECONDRING_INLET should look like 127.0.0.1:2525 or lmtp://127.0.0.1:2424, not {words!r}."
            )
        if scheme == "smtps" and not certificate:
            raise ValueError(
                "smtps:// needs a certificate: name it with SECONDRING_INLET_CERT and SECONDRING_INLET_KEY."
            )
        files = (Path(certificate), Path(key or certificate)) if certificate else (None, None)
        return cls(host.strip("[]") or "127.0.0.1", int(port), scheme == "lmtp", scheme == "smtps", *files)

    def context(self) -> ssl.SSLContext | None:
        if self.certificate is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context
