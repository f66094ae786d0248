"""One of the processes that `serve` starts and watches: web, worker, phone, or the demo's outside world."""

import os
import signal
import sys
import threading


def main(name: str, words: list[str]) -> int:
    """Run the process `name` until SIGTERM, or until whoever started us is gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if name == "web":
        from . import web

        return web.run(words)
    if name == "worker":
        return _worker()
    if name == "phone":
        return _phone()
    if name == "outside":
        from . import outside

        return outside.run(words)
    raise SystemExit(f"There is no process '{name}'.")


def _end_with_parent() -> None:
    """Our standard input is a pipe that nothing is written to; its end means that the supervisor is gone."""
    if not os.isatty(0):
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)


def _stop_event() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _worker() -> int:
    from .cli import keep_still, set_up_django

    stop = _stop_event()
    set_up_django()
    from ..config import logs
    from ..mail import worker
    from ..phone import recording

    logs.set_up("worker")
    keep_still()
    worker.run(stop, hourly=(recording.forget_due,))
    return 0


def _phone() -> int:
    """The first SIGTERM lets calls finish; the second ends them."""
    from .cli import keep_still, set_up_django

    stop, hurry = threading.Event(), threading.Event()

    def end(*_words: object) -> None:
        (hurry if stop.is_set() else stop).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    set_up_django()
    from ..config import logs
    from ..phone import process

    logs.set_up("phone")
    keep_still()
    process.run(stop, hurry)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
