"""The web process: uvicorn with our own settings."""

import argparse
import signal
from pathlib import Path

from .cli import keep_still, set_up_django

FRAME = 65_536  # bytes of one WebSocket frame from a browser


def run(words: list[str]) -> int:
    """Serve pages and live lines until SIGTERM; then finish the requests in hand."""
    options = _options(words)
    set_up_django()
    import uvicorn
    from django.conf import settings

    from ..config import logs

    logs.set_up("web")
    config = uvicorn.Config(
        "secondring.config.asgi:application",
        host=options.host,
        port=options.port,
        fd=options.fd,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=FRAME,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # config.middleware believes only the proxies that were named
        timeout_graceful_shutdown=8,
        timeout_keep_alive=15,
        ssl_certfile=options.tls_cert,
        ssl_keyfile=options.tls_key,
    )
    server = uvicorn.Server(config)
    for number in (signal.SIGTERM, signal.SIGINT):  # uvicorn sends itself the signal once more when all is done
        signal.signal(number, lambda *_: None)
    config.load()
    keep_still()
    server.run()
    (Path(settings.SECONDRING_DIR) / "run" / "web.alive").unlink(missing_ok=True)
    return 0 if server.started else 1


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--fd", type=int)
    parser.add_argument("--tls-cert")
    parser.add_argument("--tls-key")
    return parser.parse_args(words)
