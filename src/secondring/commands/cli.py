"""`secondring …`: one word, one command. Each lives in a module of its own and is loaded only when asked for."""

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Callable, Sequence

# name -> (module, what it does). A module offers `arguments(parser)` and `run(options) -> exit code`;
# one that says `passes_on = True` takes the words it does not know as well: `run(options, rest)`.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "open a desk with a believable company in it"),
    "serve": ("serve", "the real thing"),
    "inspect": ("inspect", "show what the desk understands of a letter, a reply or HTML"),
    "load": ("load", "fill a folder with a company of any size"),
    "bench": ("bench", "measure how quick it is here"),
    "soak": ("soak", "long runs that kill and count"),
    "doctor": ("doctor", "say in sentences whether letters come and go"),
    "test": ("testing", "run the tests"),
    "check": ("check", "format, lint, types, the one-way street, templates, docs"),
    "django": ("django", "Django's own commands, for those who change the product"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that was typed; returns its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _obey(words)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads us, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _obey(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0
    name = words[0]
    if name not in COMMANDS:
        print(f"There is no command '{name}'. Type './secondring' alone to see them all.", file=sys.stderr)
        return 2
    return _run(name, words[1:])


def _run(name: str, words: list[str]) -> int:
    module = importlib.import_module(f"secondring.commands.{COMMANDS[name][0]}")
    parser = argparse.ArgumentParser(
        prog=f"secondring {name}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.arguments(parser)
    run: Callable[..., int | None] = module.run
    options, rest = parser.parse_known_args(words)
    if rest and not getattr(module, "passes_on", False):
        parser.error(f"'{rest[0]}' is not understood here")
    try:
        return (run(options, rest) if rest else run(options)) or 0
    except KeyboardInterrupt:
        return 130


def _overview() -> str:
    lines = [f"  {name:10} {what}" for name, (_module, what) in COMMANDS.items()]
    return "\n".join(["Second Ring", "", "usage: ./secondring COMMAND [--help]", "", *lines])


def set_up_django() -> None:
    """Load the settings and the models; for commands that touch the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondring.config.settings")
    import django

    django.setup()


def keep_still() -> None:
    """For processes that live long: what is loaded by now stays, and the collector looks through it no more."""
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    sys.exit(main())
