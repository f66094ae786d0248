"""Django's own commands, for those who change the product.

Example: ./secondring django makemigrations
"""

import argparse

from .cli import set_up_django


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, help="what you would type after manage.py")


def run(options: argparse.Namespace) -> int:
    set_up_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["secondring django", *options.words])
    return 0
