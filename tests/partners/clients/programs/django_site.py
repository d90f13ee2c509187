"""A real Django site with django-comments-xtd and the app, posted to by form and REST; stdin: settings, comments."""

import json
import sys
import time

given = json.load(sys.stdin)
sys.path.insert(0, given["plugin"])

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.configure(
    SECRET_KEY="for this test only",
    ALLOWED_HOSTS=["testserver"],
    SITE_ID=1,
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": given["database"]}},
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sites",
        "django.contrib.sessions",
        "rest_framework",
        "django_comments_xtd",
        "django_comments",
        "comment_moderation",
    ],
    COMMENTS_APP="django_comments_xtd",
    COMMENTS_XTD_CONFIRM_EMAIL=False,
    COMMENTS_XTD_API_DEFAULT_AUTH_SCHEMES=[],
    COMMENT_MODERATION=given["options"],
    ROOT_URLCONF="django_comments_xtd.urls",
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()

from django.contrib.sites.models import Site  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django_comments.forms import CommentSecurityForm  # noqa: E402
from django_comments_xtd.models import XtdComment  # noqa: E402

call_command("migrate", verbosity=0)
story = Site.objects.get(pk=1)  # anything in the database can be commented on
client = Client(raise_request_exception=True)
found = {}
for probe in given["comments"]:
    fields = {field.name: field.value() for field in CommentSecurityForm(story)}
    fields |= {"name": "Ann", "email": "ann@example.org", "comment": probe["text"]}
    fields |= {"reply_to": 0, "followup": False, "honeypot": ""}
    started = time.monotonic()
    if probe["by"] == "form":
        status = client.post("/post/", fields).status_code
    else:
        status = client.post("/api/comment/", json.dumps(fields), content_type="application/json").status_code
    took = time.monotonic() - started
    public = list(XtdComment.objects.filter(comment=probe["text"]).values_list("is_public", flat=True))
    found[probe["name"]] = {"status": status, "public": public, "took": took}
print(json.dumps(found))
