"""Comments that are not in the page but behind the comment system's public interface."""

from moderation.extraction.apis.asking import ask
from moderation.extraction.apis.base import Get, Reply, Unreachable
from moderation.extraction.apis.disqus import KEY_VARIABLE

__all__ = ["KEY_VARIABLE", "Get", "Reply", "Unreachable", "ask"]
