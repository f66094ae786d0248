"""The addresses of log-in and of one's own account: of allauth's, those that this house needs.

Nobody signs up, changes an address by letter, or resets a password by letter: people are invited, and a lead gives a new way in.
"""

from allauth.account import views
from allauth.mfa import urls as second_factor
from allauth.socialaccount import views as elsewhere
from allauth.socialaccount.providers.openid_connect import urls as openid
from allauth.usersessions import urls as sessions
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/settings/me/"), name="account_email"),  # allauth leads here from half addresses
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("2fa/", include(second_factor)),
    path("3rdparty/login/cancelled/", elsewhere.login_cancelled, name="socialaccount_login_cancelled"),
    path("3rdparty/login/error/", elsewhere.login_error, name="socialaccount_login_error"),
    path("3rdparty/", RedirectView.as_view(url="/settings/me/"), name="socialaccount_connections"),
    path("3rdparty/signup/", RedirectView.as_view(url="/log-in/"), name="socialaccount_signup"),
    path("", include(openid)),
    path("sessions/", include(sessions)),
]
