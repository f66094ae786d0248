"""Django's settings. What a company decides is not here but in rows that a screen edits."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from . import environment

SECONDRING_DIR = Path(environment.text("DIR", "data")).resolve()
SECONDRING_DURABLE = environment.yes("DURABLE", True)
SECONDRING_URL = environment.text("URL", "http://127.0.0.1:8000").rstrip("/")
SECONDRING_PROXIES = environment.networks(environment.words("BEHIND_PROXY"))
SECONDRING_INLET = environment.words("INLET")
SECONDRING_INLET_CERT = environment.text("INLET_CERT")
SECONDRING_INLET_KEY = environment.text("INLET_KEY")
SECONDRING_PHONE_ADDRESS = environment.words("PHONE_ADDRESS")
SECONDRING_PHONE_PORTS = environment.words("PHONE_PORTS")
SECONDRING_PHONE_MEDIA = environment.words("PHONE_MEDIA")
SECONDRING_IS_DEMO = "SECONDRING_DEMO_OUTSIDE" in os.environ  # set by `demo` itself
SECONDRING_TURN = environment.relays()
SECRET_KEY = environment.secret_key(SECONDRING_DIR)
DEBUG = False

_url = urlsplit(SECONDRING_URL)
SECURE = _url.scheme == "https"
_loopback = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [_url.hostname or "localhost", *_loopback, *environment.words("ALSO_HOSTS")]
CSRF_TRUSTED_ORIGINS = [SECONDRING_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_ENGINE = "secondring.config.sessions"
SESSION_COOKIE_NAME = "secondring-session"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
CSRF_COOKIE_NAME = "secondring-csrf"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 30 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20

INSTALLED_APPS = [
    "secondring.lib",
    "secondring.team",
    "secondring.customers",
    "secondring.conversations",
    "secondring.mail",
    "secondring.phone",
    "secondring.portal",
    "secondring.desk",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "secondring.config.middleware.real_client_address",
    "secondring.config.middleware.content_security_policy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "secondring.config.middleware.small_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "secondring.config.urls"
ASGI_APPLICATION = "secondring.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {
    "default": environment.database(environment.text("DATABASE_URL"), SECONDRING_DIR, durable=SECONDRING_DURABLE)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "team.Teammate"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("email", "name")}},
]  # fmt: skip
LOGIN_URL = "/log-in/"
ACCOUNT_FORMS = {"login": "secondring.config.accounts.LoginForm"}
ACCOUNT_ADAPTER = "secondring.config.accounts.Door"
SOCIALACCOUNT_ADAPTER = "secondring.config.accounts.CompanyDoor"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/log-in/"
MFA_ADAPTER = "secondring.config.accounts.SecondFactor"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # whoever invited them knows the address
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Second Ring"
MFA_TOTP_TOLERANCE = 1  # a code read at the end of its half minute, or from a phone whose clock is a little off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
SOCIALACCOUNT_PROVIDERS = environment.openid(environment.text("OIDC"))
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads to another house would break our form-action 'self'
SOCIALACCOUNT_STORE_TOKENS = False
USERSESSIONS_TRACK_ACTIVITY = False

LANGUAGE_CODE = "en"
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = SECONDRING_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "secondring.config.static.Files"},
}
WHITENOISE_USE_FINDERS = False

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "secondring"}}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGGING_CONFIG = None
TEST_RUNNER = "django.test.runner.DiscoverRunner"
