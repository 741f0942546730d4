"""What gunicorn calls."""

import os

from django.core.wsgi import get_wsgi_application

from keguan.site.garbage import begin, settle

begin()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keguan.site.settings")

application = get_wsgi_application()
settle()
