"""All addresses of the house."""

from django.urls import URLPattern, URLResolver, include, path

handler500 = "secondring.desk.stumbling.stumbled"
urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("secondring.config.account_urls")),
    path("call/", include("secondring.portal.urls")),
    path("", include("secondring.desk.urls")),
]
