from django.apps import AppConfig


class CommentModerationConfig(AppConfig):
    name = "comment_moderation"

    def ready(self) -> None:
        from django_comments.signals import comment_will_be_posted

        from comment_moderation.receiver import moderate

        # Without a sender: forms, the REST interface and the confirmation by mail name different classes.
        comment_will_be_posted.connect(moderate, dispatch_uid="comment_moderation")
