"""Django's settings. What an administrator may set comes from the environment (docs/reference/environment.md)."""

import os
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from keguan import database
from keguan.site.secret import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = database.data_directory()


def _is_set(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


# --- who may ask, and how ------------------------------------------------------------------------------------------
DEBUG = _is_set("KEGUAN_DEBUG")
SECRET_KEY = secret_key(DATA_DIR)
ALLOWED_HOSTS = [
    *("localhost", "127.0.0.1", "[::1]", socket.gethostname().lower()),
    *filter(None, os.environ.get("KEGUAN_HOSTS", "").replace(" ", "").split(",")),
]
IS_HTTPS = _is_set("KEGUAN_HTTPS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if IS_HTTPS else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_SSL_REDIRECT = IS_HTTPS
# the supervisor and load balancers ask by plain HTTP
SECURE_REDIRECT_EXEMPT = [r"^alive/$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "keguan.web.views.typed.stale"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- what runs -----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "keguan.kernel",
    "keguan.mirror",
    "keguan.org",
    "keguan.policies",
    "keguan.controls",
    "keguan.longwork",
    "keguan.imports",
    "keguan.customers",
    "keguan.cases",
    "keguan.calls",
    "keguan.lists",
    "keguan.integrations",
    "keguan.setup",
    "keguan.api",
    "keguan.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "template_partials",
    "ninja",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "keguan.api.middleware.Problems",
    "keguan.web.views.errors.Trouble",
    "keguan.web.views.setup.FirstRun",
    "keguan.web.looking.OneLook",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "keguan.web.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "keguan.web.half_filled.HalfFilled",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # axes asks to be last
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "keguan.site.urls"
WSGI_APPLICATION = "keguan.site.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- what is kept --------------------------------------------------------------------------------------------------
DATABASES = database.django_databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# bodies of requests without files; files are counted apart
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# a list of several hundred cases sends a field for each
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
KEGUAN_UPLOAD_LIMIT = int(os.environ.get("KEGUAN_UPLOAD_LIMIT") or 20 * 1024 * 1024)
STATIC_URL = "static/"
# files are served from the packages they come in: nothing has to be collected after a change (decision 0004)
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 300

# --- signing in ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "org.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "keguan.org.accounts.People",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "keguan.web.signing_in.Sessions"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# axes counts failures; two lock-outs at once answer 200 and 429 in turn
ACCOUNT_RATE_LIMITS = {"login_failed": False}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Keguan"
# the fifth failure for one name from one address closes that pair for a quarter of an hour
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# --- language and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- jobs ----------------------------------------------------------------------------------------------------------
PROCRASTINATE_ON_APP_READY = "keguan.site.jobs.on_app_ready"

# --- what it says --------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"}},
    "filters": {"away": {"()": "keguan.site.logs.DatabaseAway"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["away"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("KEGUAN_LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "procrastinate": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        # these would write addresses, and what is sent there
        "urllib3": {"level": "ERROR"},
        "apprise": {"handlers": [], "propagate": False, "level": "CRITICAL"},
    },
}
