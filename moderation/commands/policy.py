"""``policy``: is a policy file right, and what does it come to."""

from __future__ import annotations

import sys

from moderation.batch.records import to_json
from moderation.commands.console import Console, UsageError
from moderation.commands.models import load_policy, read_model
from moderation.policy import check
from moderation.sources import Failure


def policy_command(
    action: str, file: str | None, community: str | None, model: str | None, *, console: Console
) -> int:
    """Checks a policy file, every problem on its own line, or shows as JSON what is in force with ``model``."""
    if action == "check":
        if file is None:
            raise UsageError("check needs the FILE to check")
        problems = check(file)
        for problem in problems:
            name, _, rest = problem.partition(": ")
            console.fail(Failure(name, rest))
        if not problems:
            console.notice(f"{file}: no problems found")
        return 1 if problems else 0
    manifest = read_model(model).manifest
    policy = load_policy(file, community, manifest)
    console.notice(f"in force with {manifest.model}")
    sys.stdout.write(to_json(policy.to_dict()) + "\n")
    return 0
