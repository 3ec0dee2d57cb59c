"""The web process's entry point."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bruecke.config.settings.base")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
