"""Where pages come from: files, folders, globs, standard input and the web.

``read`` and ``read_all`` take what a person types on the command line. A server that is handed an address by
a stranger uses ``fetch``, which never touches the disk.
"""

from moderation.sources.documents import Document, Failure, Limits
from moderation.sources.reading import fetch, read, read_all

__all__ = ["Document", "Failure", "Limits", "fetch", "read", "read_all"]
