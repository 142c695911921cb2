"""What one installation of a service does and another does not, as settings of the sandbox.

A seed file has them under `moods`, the control port takes them at `POST /moods`, and
`escalate sandbox --answers FILE` reads them from the file that `escalate doctor --live` wrote.
Names and values are those of that file. None leaves it to the rest of the seed.
"""

import json
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_VERSION: Final = 1
_LARGEST: Final = 64 * 1024


class Moods(BaseModel):
    """How the services behave. The defaults are the harder case, where one is known."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    jira_address: Literal["site", "gateway"] | None = None
    """Where the tool's token works: at the site, or as a token with scopes at the gateway."""
    jira_people: Literal["found", "hidden", "refused"] | None = None
    """`hidden`: no account shows its e-mail address. `refused`: the bot may not search."""
    jira_project: Literal["software", "service-desk"] | None = None
    jira_priority: Literal["kept", "missing"] = "kept"
    """`missing`: the edit screens have no priority, as in a team-managed project."""
    jira_comment_text: Literal["kept", "rewritten"] = "rewritten"
    """`rewritten`: Jira Cloud makes links of keys and addresses in texts."""
    jira_comment_visibility: Literal["internal", "public"] = "internal"
    """`public`: Jira ignores the property that makes a comment internal."""
    jira_closed_fields: Literal["editable", "locked"] | None = None
    """`locked`: the statuses of the category done lock all fields."""
    slack_app: Literal["workspace", "organisation"] | None = None
    slack_topic: Literal["kept", "rewritten"] = "kept"
    """`rewritten`: Slack stores entities, names of emoji, and links in angle brackets."""
    slack_guest: str | None = Field(default=None, pattern=r"^[a-z_]{1,60}$")
    """Slack's code for the invitation of a guest; `invited` for none."""
    slack_long_post: Literal["whole", "split", "cut"] = "split"
    slack_metadata: Literal["first", "last"] = "last"
    """Which of the messages of a split post has the metadata."""
    github_plan: Literal["rules", "no-rules"] | None = None
    """`no-rules`: the plan has neither rulesets nor environments for private repositories."""

    def with_values(self, values: dict[str, object]) -> "Moods":
        """The same with other values. Raises ValueError for a name or value that is none."""
        try:
            return Moods.model_validate({**self.model_dump(), **values})
        except ValidationError as error:
            raise ValueError(_problems(error)) from error


def read_answers(path: Path, otherwise: Moods) -> Moods:
    """The moods in a file of answers; what it does not answer stays. Raises ValueError.

    An answer that no mood can show, such as `failed`, is left out.
    """
    with path.open("rb") as opened:
        content = json.loads(opened.read(_LARGEST))
    known = content.get("answers") if isinstance(content, dict) else None
    if not isinstance(known, dict) or content.get("version") != _VERSION:
        raise ValueError(f"{path} has no answers of version {_VERSION}")
    found = otherwise
    for name in Moods.model_fields.keys() & known.keys():
        try:
            found = found.with_values({name: known[name]})
        except ValueError:
            continue
    return found


def _problems(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, each['loc']))}: {each['msg']}"
        for each in error.errors(include_input=False)
    )
