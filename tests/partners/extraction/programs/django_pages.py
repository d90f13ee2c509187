"""A real Django site, posted to by its form; stdin: the conversation; stdout: its pages, and ids by name.

``tree`` is django-comments-xtd's own template, ``list`` the one of django-comments.
"""

import datetime
import json
import sys
from pathlib import Path

given = json.load(sys.stdin)

import django  # noqa: E402
import django_comments  # noqa: E402
from django.conf import settings  # noqa: E402

# django-comments-xtd ships a template of the same name, and apps are asked in their order.
LIST = Path(django_comments.__file__).parent / "templates" / "comments" / "list.html"

settings.configure(
    SECRET_KEY="for this test only",
    ALLOWED_HOSTS=["testserver"],
    SITE_ID=1,
    USE_TZ=True,
    TIME_ZONE="UTC",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": given["database"]}},
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sites",
        "django.contrib.sessions",
        "rest_framework",
        "django_comments_xtd",
        "django_comments",
    ],
    COMMENTS_APP="django_comments_xtd",
    COMMENTS_XTD_CONFIRM_EMAIL=False,
    COMMENTS_XTD_MAX_THREAD_LEVEL=9,
    COMMENTS_XTD_LIST_ORDER=("thread_id", "order"),
    ROOT_URLCONF="django_comments_xtd.urls",
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
        }
    ],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()

from django.contrib.auth.models import AnonymousUser  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.contrib.sites.models import Site  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.template import Context, Template  # noqa: E402
from django.test import Client  # noqa: E402
from django_comments.forms import CommentSecurityForm  # noqa: E402
from django_comments_xtd.models import XtdComment  # noqa: E402

call_command("migrate", verbosity=0)
story = Site.objects.get(pk=1)  # anything in the database can be commented on
client = Client(raise_request_exception=True)
ids = {}
for said in given["comments"]:
    fields = {field.name: field.value() for field in CommentSecurityForm(story)}
    fields |= {"name": said["author"], "email": "ann@example.org", "comment": said["text"]}
    fields |= {"reply_to": ids.get(said["under"], 0), "followup": False, "honeypot": ""}
    answer = client.post("/post/", fields)
    assert answer.status_code == 302, answer.content
    ids[said["name"]] = XtdComment.objects.latest("pk").pk
    # The form takes no time; an import would set it so.
    when = datetime.datetime.fromisoformat(said["time"])
    XtdComment.objects.filter(pk=ids[said["name"]]).update(submit_date=when)

values = {"story": story, "user": AnonymousUser()}
head = "<!doctype html><html><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1>"
head += "{% for words in paragraphs %}<p>{{ words }}</p>{% endfor %}"
values |= {"title": given["title"], "paragraphs": given["story"]}
kind = ContentType.objects.get_for_model(story)
values["comment_list"] = XtdComment.objects.filter(content_type=kind, object_pk=story.pk).order_by("pk")
tree = "{% load comments_xtd %}<div id='comments'>{% render_xtdcomment_tree for story %}</div></body></html>"
pages = {
    "tree": Template(head + tree).render(Context(values)),
    "list": Template(head + LIST.read_text() + "</body></html>").render(Context(values)),
}
print(json.dumps({"pages": pages, "ids": ids}))
