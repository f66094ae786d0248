"""nginx and Caddy as people put them in front of a desk: one upstream, WebSockets, the visitor's own address passed on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from journeys.engines.certificate import self_signed
from journeys.engines.process import Server, free_port, private_folder

NGINX = """
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
  map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {cert};
    ssl_certificate_key {key};
    client_max_body_size 60m;
    location / {{
      proxy_pass http://127.0.0.1:{upstream};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_read_timeout 120s;
    }}
  }}
}}
"""

CADDY = """
{{
  admin off
  auto_https off
  storage file_system {folder}/caddy
}}
https://localhost:{port}, https://127.0.0.1:{port} {{
  bind 127.0.0.1
  tls {cert} {key}
  reverse_proxy 127.0.0.1:{upstream} {{
    header_up Host {{http.request.hostport}}
  }}
}}
"""


@contextmanager
def private_nginx(program: Path, *, upstream: int) -> Iterator[str]:
    """The https address of an nginx in front of that loopback port."""
    with private_folder("nginx") as folder:
        port, config = free_port(), folder / "nginx.conf"
        cert, key = self_signed(folder)
        config.write_text(NGINX.format(folder=folder, port=port, upstream=upstream, cert=cert, key=key))
        with Server([program, "-p", folder, "-c", config, "-e", "stderr"], folder=folder, name="nginx") as server:
            server.wait_for_port(port)
            yield f"https://localhost:{port}"


@contextmanager
def private_caddy(program: Path, *, upstream: int) -> Iterator[str]:
    """The https address of a Caddy in front of that loopback port."""
    with private_folder("caddy") as folder:
        port, config = free_port(), folder / "Caddyfile"
        cert, key = self_signed(folder)
        config.write_text(CADDY.format(folder=folder, port=port, upstream=upstream, cert=cert, key=key))
        argv: list[str | Path] = [program, "run", "--config", config, "--adapter", "caddyfile"]
        with Server(argv, folder=folder, name="caddy") as server:
            server.wait_for_port(port)
            yield f"https://localhost:{port}"
