"""nginx and Caddy as the manual tells people to put them in front of a desk: its very lines, on ports of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from journeys.engines.certificate import self_signed
from journeys.engines.process import Server, free_port, private_folder

Changes = Sequence[tuple[str, str]]
MANUAL = Path(__file__).parents[2] / "docs" / "help" / "running.md"

AROUND_NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {site}
}}
"""

AROUND_CADDY = """
{{
  admin off
  auto_https off
  storage file_system {folder}/caddy
}}
{site}
"""


def in_the_manual(language: str) -> str:
    """The one example of the manual in this language."""
    [example] = re.findall(rf"^```{language}\n(.*?)^```", MANUAL.read_text(), flags=re.MULTILINE | re.DOTALL)
    return str(example)


def adapted(text: str, *changes: tuple[str, str]) -> str:
    """The example with what differs here. Each old text must stand in it once, or the manual and this file have parted."""
    for old, new in changes:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} stands {text.count(old)} times in the manual's example.")
        text = text.replace(old, new)
    return text


@contextmanager
def private_nginx(program: Path, *, upstream: int, also: Changes = ()) -> Iterator[str]:
    """The https address of an nginx in front of that loopback port. also: further changes of the manual's example."""
    with private_folder("nginx") as folder:
        port, config = free_port(), folder / "nginx.conf"
        cert, key = self_signed(folder)
        site = adapted(
            in_the_manual("nginx"),
            ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
            ("server_name desk.example.org;", "server_name localhost;"),
            ("/etc/letsencrypt/live/desk.example.org/fullchain.pem", str(cert)),
            ("/etc/letsencrypt/live/desk.example.org/privkey.pem", str(key)),
            ("http://127.0.0.1:8000;", f"http://127.0.0.1:{upstream};"),
            *also,
        )
        config.write_text(AROUND_NGINX.format(folder=folder, site=site))
        with Server([program, "-p", folder, "-c", config, "-e", "stderr"], folder=folder, name="nginx") as server:
            server.wait_for_port(port)
            yield f"https://localhost:{port}"


@contextmanager
def private_caddy(program: Path, *, upstream: int, also: Changes = ()) -> Iterator[str]:
    """The https address of a Caddy in front of that loopback port. also: further changes of the manual's example."""
    with private_folder("caddy") as folder:
        port, config = free_port(), folder / "Caddyfile"
        cert, key = self_signed(folder)
        here = f"https://localhost:{port}, https://127.0.0.1:{port} {{\n    bind 127.0.0.1\n    tls {cert} {key}"
        site = adapted(
            in_the_manual("caddy"),
            ("desk.example.org {", here),
            ("reverse_proxy 127.0.0.1:8000", f"reverse_proxy 127.0.0.1:{upstream}"),
            *also,
        )
        config.write_text(AROUND_CADDY.format(folder=folder, site=site))
        argv: list[str | Path] = [program, "run", "--config", config, "--adapter", "caddyfile"]
        with Server(argv, folder=folder, name="caddy") as server:
            server.wait_for_port(port)
            yield f"https://localhost:{port}"
