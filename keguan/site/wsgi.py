"""What gunicorn calls."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keguan.site.settings")

application = get_wsgi_application()

# what stands now stays: looking through it for garbage would stop a request for a tenth of a second now and then
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
