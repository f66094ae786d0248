from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "secondring.lib"
    label = "lib"
    default_auto_field = "django.db.models.BigAutoField"
