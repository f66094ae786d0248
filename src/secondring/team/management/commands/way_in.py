"""Print a link that lets a teammate choose a new password; for whoever runs the machine."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from secondring.lib import clock
from secondring.team import joining
from secondring.team.models import Teammate


class Command(BaseCommand):
    help = "Print a link that lets a teammate choose a new password. Example: way_in mae@example.org"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--without-second-step", action="store_true", help="they lost their phone and their codes")

    def handle(self, *args: Any, **options: Any) -> None:
        teammate = Teammate.objects.here().filter(email=options["email"].strip().lower()).first()
        if teammate is None:
            raise CommandError(f"Nobody here has the address {options['email']}.")
        if options["without_second_step"]:
            joining.forget_second_step(teammate, by=None, at=clock.now())
        self.stdout.write(settings.SECONDRING_URL + joining.way_in(teammate))
