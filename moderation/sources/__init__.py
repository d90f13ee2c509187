"""Where pages come from: files, folders, globs, standard input and the web.

``read`` and ``read_all`` take what a person types on the command line. A server that is handed an address by
a stranger uses ``fetch``, which never touches the disk.
"""

from moderation.sources.documents import CacheError, Document, Failure, Limits, Refused
from moderation.sources.lists import ListError, read_list
from moderation.sources.reading import Ask, Get, fetch, is_address, read, read_all

__all__ = [
    "Ask",
    "CacheError",
    "Document",
    "Failure",
    "Get",
    "Limits",
    "ListError",
    "Refused",
    "fetch",
    "is_address",
    "read",
    "read_all",
    "read_list",
]
