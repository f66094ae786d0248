"""The addresses of the desk. One deed, one address, only POST."""

from django.urls import URLPattern, path

from . import inbox

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", inbox.show, name="inbox"),
]
