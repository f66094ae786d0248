"""The addresses of the desk. One deed, one address, only POST."""

from django.urls import URLPattern, path

from . import door, health, inbox, manual, parts, pictures

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", inbox.show, name="inbox"),
    path("parts/", parts.show, name="parts"),
    path("pictures/<slug:sha256>", pictures.picture, name="picture"),
    path("sounds/<int:work_id>", pictures.sound, name="sound"),
    path("log-in/", door.log_in, name="log-in"),
    path("first-run/", door.begin, name="first-run"),
    path("join/<str:who>/<str:token>/", door.join, name="join"),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("metrics", health.metrics, name="metrics"),
    path("help/", manual.show, name="help"),
    path("help/<slug:page>/", manual.show, name="help-page"),
]
