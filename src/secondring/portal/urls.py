"""The addresses of what customers see."""

from django.urls import URLPattern, path

from . import call_us

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", call_us.show, name="call-us"),
    path("back/", call_us.call_back, name="call-back"),
    path("faces/<int:pk>", call_us.face, name="face"),
    path("widget.js", call_us.widget, name="widget"),
]
