"""The web process: Django for pages, our own hub for live screens."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondring.config.settings")

application = get_asgi_application()
