from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "secondring.portal"
    label = "portal"
