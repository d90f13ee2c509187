"""A Django app that asks the scorer before a comment of django-comments or django-comments-xtd is published.

    INSTALLED_APPS += ["comment_moderation"]
    COMMENT_MODERATION = {"URL": "http://127.0.0.1:8000", "TIMEOUT": 2.0, "ON_FAILURE": "hold"}

``ON_FAILURE`` is "hold" (for a moderator) or "publish"; "KEY" and "COMMUNITY" are for a service that wants them.
"""
