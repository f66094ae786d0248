"""One's own page: name and face, what one knows, the signature, and what one wants to notice."""

import re
from io import BytesIO
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from ..lib import blobs, broadcast
from ..team.models import Teammate
from . import asker, pages
from .choosing import zones
from .pages import screen

LARGEST_FACE = 8 * 2**20  # bytes
FACE = 256  # pixels, square
HOUR = re.compile(r"^([01]?\d|2[0-3]):[0-5]\d$")


class HourInput(forms.TextInput):
    """The browser's own field for an hour, which knows how its person writes one."""

    input_type = "time"


class MyForm(forms.Form):
    """What one says about oneself."""

    name = forms.CharField(label=_("Name"), max_length=80)
    about = forms.CharField(
        label=_("What I know and love"),
        help_text=_("Colleagues see it when they wonder whom to ask: “plays upright bass, speaks Portuguese”."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
        required=False,
    )
    picture = forms.FileField(label=_("A picture of me"), required=False)
    signature = forms.CharField(
        label=_("My signature"),
        help_text=_("Stands under my letters, above the mailbox’s own."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "said"}),
        required=False,
        max_length=2000,
    )
    time_zone = forms.ChoiceField(label=_("My time zone"), required=False, choices=zones)
    notice = forms.BooleanField(label=_("Notices on my screen"), required=False)
    sound = forms.BooleanField(label=_("A soft sound"), required=False)
    mail = forms.BooleanField(
        label=_("A letter to me"), help_text=_("When I have not been here for a quarter of an hour."), required=False
    )
    quiet_from = forms.CharField(label=_("Leave me alone from"), required=False, max_length=5, widget=HourInput)
    quiet_until = forms.CharField(
        label=_("until"), help_text=_("Both empty: whenever it comes."), required=False, max_length=5, widget=HourInput
    )

    def clean_picture(self) -> bytes:
        """A small square of it, drawn anew so that nothing hides inside; empty when none was chosen."""
        from PIL import Image, UnidentifiedImageError

        file = self.cleaned_data.get("picture")
        if not file:
            return b""
        if file.size > LARGEST_FACE:
            raise forms.ValidationError(__("That picture is too large. Eight megabytes are enough."))
        try:
            return _face(file.read())
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
            raise forms.ValidationError(__("That is not a picture we can show. Try a PNG or a JPEG.")) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("quiet_from", "quiet_until"):
            if cleaned.get(name) and not HOUR.match(cleaned[name]):
                self.add_error(name, __("Write an hour like 22:00."))
        if bool(cleaned.get("quiet_from")) != bool(cleaned.get("quiet_until")):
            self.add_error("quiet_until", __("Both hours, or neither."))
        return cleaned


@screen
def show(request: HttpRequest) -> HttpResponse:
    """My page; POST keeps it."""
    me = pages.teammate(request)
    form = MyForm(request.POST or None, request.FILES or None, initial=_initial(me))
    if request.method == "POST" and form.is_valid():
        _keep(me, form.cleaned_data)
        return pages.done(request, __("Kept."), then="/settings/me/")
    status = 422 if form.is_bound else 200
    context = {"title": __("Me"), "form": form, "me": me, "asker": asker.of(request)}
    return pages.show(request, "desk/settings/me.html", context, status=status)


@screen
def begin(request: HttpRequest) -> HttpResponse:
    """Settings begin with oneself."""
    return redirect("/settings/me/")


def _initial(me: Teammate) -> dict[str, Any]:
    wishes = me.preferences
    quiet = [hour.rjust(5, "0") if hour else "" for hour in wishes.get("quiet") or ["", ""]]
    return {
        "name": me.name,
        "about": me.about,
        "signature": me.signature,
        "time_zone": wishes.get("time_zone", ""),
        "notice": wishes.get("notice", True),
        "sound": wishes.get("sound", True),
        "mail": wishes.get("mail", False),
        "quiet_from": quiet[0],
        "quiet_until": quiet[1],
    }


def _keep(me: Teammate, values: dict[str, Any]) -> None:
    me.name, me.about, me.signature = values["name"].strip(), values["about"].strip(), values["signature"].rstrip()
    wishes = {name: values[name] for name in ("time_zone", "notice", "sound", "mail")}
    quiet = [values["quiet_from"], values["quiet_until"]] if values["quiet_from"] else None
    me.preferences = {**me.preferences, **wishes, "quiet": quiet}
    if values["picture"]:
        me.face = blobs.keep(values["picture"])
    me.save(update_fields=["name", "about", "signature", "preferences", "face"])
    broadcast.send("team", "board")


def _face(content: bytes) -> bytes:
    from PIL import Image

    with Image.open(BytesIO(content)) as picture:
        picture.load()
        side = min(picture.size)
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        square = picture.convert("RGB").crop((left, top, left + side, top + side)).resize((FACE, FACE))
    drawn = BytesIO()
    square.save(drawn, "JPEG", quality=88)
    return drawn.getvalue()
