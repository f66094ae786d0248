"""Logs are one JSON object a line, about the machine, never about a person: no names, addresses, words or queries."""

import logging
import sys
from typing import Any

import structlog

QUIET = ("django.request", "django.server", "uvicorn.access", "hypercorn", "httpx", "mail.log")
TERSE = ("uvicorn.error",)  # it would tell the address of everybody who opens a desk


def set_up(process: str) -> None:
    """Send the logs of this process to stderr. Everything that libraries log goes the same way."""
    structlog.contextvars.bind_contextvars(process=process)
    chain: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=chain,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in TERSE:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*chain, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
