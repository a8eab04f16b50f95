"""Settings shared by every mode."""

from typing import Any

from cardinal.settings.environment import Environment

ENVIRONMENT = Environment()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "channels",
    "cardinal.accounts",
    "cardinal.api",
    "cardinal.events",
    "cardinal.embedded",
    "labeling",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "cardinal.api.middleware.ContentSecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cardinal.api.middleware.ServiceErrorMiddleware",
]

ROOT_URLCONF = "cardinal.urls"
ASGI_APPLICATION = "cardinal.asgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

# Under ASGI each request runs on a thread of its own, so connections are pooled by process.
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **ENVIRONMENT.database(),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 2, "max_size": 20, "timeout": 5, "max_lifetime": 1800},
            "connect_timeout": 3,
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cardinal.api.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"

CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [ENVIRONMENT.broker()], "prefix": "cardinal"},
    }
}
BROKER_URL = ENVIRONMENT.broker()

CELERY_BROKER_URL = ENVIRONMENT.celery_broker()
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# How long a killed process may be silent before its click goes to the next one; the worker looks every five
# seconds. The default, ten more, is longer than anybody waits for a click.
CELERY_WORKER_LOST_WAIT = 0.5
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Celery would close the whole pool of connections before and after each task, which costs a click 10 ms;
# `cardinal.celery` gives them back instead.
CELERY_DB_REUSE_MAX = 10**9
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "labeling.tasks.proposal_segment": {"queue": "segment"},
    "labeling.tasks.image_warm": {"queue": "segment"},
    "labeling.tasks.preview_segment": {"queue": "segment"},
    "labeling.tasks.model_warm": {"queue": "segment"},
    "labeling.tasks.training_run": {"queue": "train"},
    "labeling.tasks.model_check": {"queue": "train"},
    "labeling.tasks.prelabel": {"queue": "train"},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A publish that cannot reach the broker must fail while the person still waits.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "visibility_timeout": 3600,
    # Without these the client of a broker that is away tries for six seconds.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "proposals-expire": {"task": "labeling.tasks.proposals_expire", "schedule": 30.0},
    "exports-resume": {"task": "labeling.tasks.exports_resume", "schedule": 60.0},
    "imports-resume": {"task": "labeling.tasks.imports_resume", "schedule": 60.0},
    "models-resume": {"task": "labeling.tasks.models_resume", "schedule": 60.0},
    "training-resume": {"task": "labeling.tasks.training_resume", "schedule": 20.0},
    "prelabels-resume": {"task": "labeling.tasks.prelabels_resume", "schedule": 60.0},
    "training-due": {"task": "labeling.tasks.training_due", "schedule": 60.0},
}

STORAGES = {
    "default": {"BACKEND": "cardinal.api.storage.AtomicFileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = str(ENVIRONMENT.data / "media")
if ENVIRONMENT.storage.startswith("s3://"):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": ENVIRONMENT.storage.removeprefix("s3://"), "file_overwrite": True},  # type: ignore[dict-item]
    }
FILE_UPLOAD_PERMISSIONS = 0o640
# A spooled upload larger than this goes to disk rather than memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 100

STATIC_URL = "/static/"
# The built front end is served from the site's root: /index.html, /assets/….
WHITENOISE_ROOT = str(ENVIRONMENT.frontend_dist) if ENVIRONMENT.frontend_dist.is_dir() else None
WHITENOISE_INDEX_FILE = False
FRONTEND_DIST = ENVIRONMENT.frontend_dist

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "cardinal.api.errors.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Cardinal",
    "DESCRIPTION": "Label objects with four clicks. Points are image pixels, x right, y down, in the upright "
    "image; masks are COCO compressed run-length encodings of the whole image.",
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    # Requests and answers are different shapes already, and enumerations stay with their fields.
    "COMPONENT_SPLIT_PATCH": False,
    "POSTPROCESSING_HOOKS": [],
    "SCHEMA_PATH_PREFIX": "/api",
}

PREDICTOR = ENVIRONMENT.predictor
SEGMENT_DEADLINE_S = ENVIRONMENT.segment_deadline_s
LEASE_SECONDS = ENVIRONMENT.lease_seconds
DECODED_CACHE_BYTES = ENVIRONMENT.decoded_cache_bytes
# Weights files of versions that a segmentation process holds; in memory they take two or three times that.
LOADED_VERSIONS_BYTES = 512 * 2**20
MAX_UPLOAD_BYTES = 200 * 2**20
MAX_WEIGHTS_BYTES = 300 * 2**20
MAX_DETECTIONS_BYTES = 30 * 2**20
MAX_IMPORT_BYTES = 4 * 2**30
# Where workers keep the model versions that they serve.
MODEL_CACHE_ROOT = str(ENVIRONMENT.data / "cache" / "models")
# Where a training run's pictures, state and results lie while it lasts.
TRAINING_ROOT = str(ENVIRONMENT.data / "training")
MAX_IMAGE_PIXELS = 200_000_000

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": ENVIRONMENT.log_level},
}
