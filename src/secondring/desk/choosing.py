"""Lists that forms choose from."""

from zoneinfo import available_timezones

from django.utils.translation import gettext as _


def zones() -> list[tuple[str, str]]:
    """Every time zone, the empty choice first."""
    named = sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
    )
    return [("", _("the same as the house")), *((zone, zone.replace("_", " ")) for zone in [*named, "UTC"])]
