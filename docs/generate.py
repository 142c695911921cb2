"""Write the pages of docs/reference that follow from the code: `make docs`."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from reconciler.cli.exits import Exit
from reconciler.cli.main import cli
from reconciler.model.base import (
    DESK_PATTERN,
    HANDLE_PATTERN,
    LINE_PATTERN,
    PROSE_PATTERN,
    TICKET_PATTERN,
    Model,
)
from reconciler.model.escalation import Escalation
from reconciler.model.policy import Policy
from reconciler.model.roster import Roster
from reconciler.render.messages_page import messages_page
from reconciler.render.output_schemas import OUTPUTS, output_schema
from reconciler.render.owners_page import owners_page
from reconciler.render.template import Words

FOLDER: Final = Path(__file__).parent / "reference"
FRESH: Final = "<!-- Written by `make docs` from the code. A test fails when it is stale. -->"
FILES: Final[Mapping[str, tuple[type[Model], str]]] = {
    "escalations/<year>/<TICKET>.yaml": (
        Escalation,
        "One file for each escalated ticket.",
    ),
    "config/policy.yaml": (Policy, "Desks, limits, and how the reconciler behaves."),
    "config/roster.yaml": (Roster, "The people who can appear in an escalation."),
}
PATTERNS: Final = {
    HANDLE_PATTERN: "handle",
    DESK_PATTERN: "project key",
    TICKET_PATTERN: "ticket key",
    LINE_PATTERN: "one line",
    PROSE_PATTERN: "text",
}
ENVIRONMENT: Final = {
    "JIRA_BASE_URL": "Address of Jira, such as `https://company.atlassian.net`. Must be https, "
    "except on this machine.",
    "JIRA_USER_EMAIL": "Jira Cloud: e-mail address of the reconciler's account.",
    "JIRA_API_TOKEN": "Jira Cloud: API token of that account.",
    "JIRA_API_TOKEN_EXPIRES": "The last day of Jira's token, such as `2027-03-31`. With it, runs "
    "and `escalate doctor` warn 30 days before. Default: not known.",
    "JIRA_PAT": "Jira Data Center: personal access token. If it is set, the tool does not read the "
    "two variables above.",
    "ESCALATE_SEAL_KEY": "Secret key for the seals of receipts, at least 32 characters. Default: "
    "the token of Jira.",
    "ESCALATE_SEAL_KEY_BEFORE": "The former key for seals, or the former token of Jira, while you "
    "replace it. Seals made with it count, and the next runs renew them.",
    "SLACK_BOT_TOKEN": "Bot token of the Slack app; begins with `xoxb-`.",
    "SLACK_TEAM_ID": "Id of the workspace, such as `T0123ABCD`. Needed only if the app is "
    "installed for a whole Enterprise organisation.",
    "SLACK_API_URL": "Address of Slack's Web API. Default: `https://slack.com/api/`.",
    "ESCALATE_TIMEOUT": "Seconds that one call to a service may take, from the name look-up to the "
    "last byte of the answer. At most 600. Default: 30.",
    "ESCALATE_FORGE": "Default of the option `--forge`.",
    "GITHUB_TOKEN": "Token for GitHub. In a workflow: `${{ github.token }}`. Default for "
    "`status`, `plan`, `doctor` and `--pr`: the token of `gh`.",
    "GITHUB_REPOSITORY": "`owner/name` of the repository. Default for `status`, `plan`, `doctor` "
    "and `--pr`: the repository of `origin`. For `setup github`, the default is the "
    "repository of `repository_url` in the policy.",
    "ESCALATE_FORM_TOKEN": "`setup github`: the value of the secret of that name. Only an "
    "installation with an account for forms needs it.",
    "GITHUB_API_URL": "Address of GitHub's API. Default: `https://api.github.com`; of GitHub "
    "Enterprise: `https://HOST/api/v3`.",
    "GITHUB_SERVER_URL": "Address of GitHub for git. git uses the token only for "
    "this address, over "
    "https. Default: `https://github.com`.",
    "ESCALATE_GITHUB_LOGIN": "Login of the token's account. The tool uses it to find its own "
    "comments. Default: `github-actions[bot]` for a token of Actions. For other tokens, the tool "
    "asks GitHub.",
    "GITHUB_RUN_ID": "In GitHub Actions: the id of the run on the audit branch. "
    "Elsewhere the id is "
    "random.",
    "ESCALATE_LOG_FORMAT": "The default of `--log-format`: `text` or `json`.",
    "RUNNER_DEBUG": "In GitHub Actions: `1` if a run is repeated with debug logging. Each command "
    "then acts as with `-v`.",
    "GITHUB_RUN_ATTEMPT": "In GitHub Actions: the number of the attempt, after the run's id.",
    "COLUMNS": "Width of plans and tables. Default: the terminal's width; 120 without a terminal.",
    "XDG_STATE_HOME": "The folder in which `escalate init` keeps answers, and other commands "
    "outside of git. Default: `~/.local/state`.",
    "CI, GITHUB_ACTIONS": "In a job, one of them is `true`. The tool then does not use the token "
    "of `gh`.",
    "NO_COLOR": "Any value: no colour. Without a terminal there is no colour anyway.",
    "FORCE_COLOR": "Any value: colour in text for people, also without a terminal. `NO_COLOR` and "
    "`TERM=dumb` come first.",
    "TERM": "`dumb`: no colour, and no bar that shows progress.",
    "SHELL": "`sandbox --open`: the shell to start. Default: `/bin/sh`.",
    "DISPLAY": "`sandbox --open` on Linux: without it and the next one, no browser is opened.",
    "WAYLAND_DISPLAY": "As `DISPLAY`.",
    "GIT_CONFIG_COUNT": "Read as git reads it. Settings in these variables stay in force.",
    "HTTPS_PROXY, NO_PROXY": "The proxy to Slack, Jira and GitHub, and the hosts without one.",
    "SSL_CERT_FILE, SSL_CERT_DIR": "A PEM file or a folder with the certificate authorities to "
    "trust, in place of the system's own.",
    "REQUESTS_CA_BUNDLE": "A PEM file or a folder with the only certificate authorities to trust. "
    "It comes before the variables above.",
}
READERS: Final = {
    "Jira and Slack": "`apply`, `doctor`, `import`, `plan`, `status`",
    "Jira, if they are complete": "`open`",
    "Slack or Jira, if you name it as a source": "`roster import`",
    "GitHub": "`acknowledge`, `comment`, `form`, `setup github`",
    "GitHub, if `GITHUB_TOKEN` and `GITHUB_REPOSITORY` are set": "`apply`, `assign --pr`, "
    "`doctor`, `handover --pr`, `import --pr`, `open --pr`, `plan`, `reopen --pr`, "
    "`resolve --pr`, `status`, `update --pr`, `withdraw --pr`; `check --base`, if a limit depends "
    "on reviews",
}
_FIRST: Final = ("version", "ticket", "title")
EXITS: Final = {
    Exit.FINE: "Fine.",
    Exit.FAILURE: "Findings (`check`) or problems (`plan`). Or the run could not start, because a "
    "service is unreachable, a token is refused or a scope is missing. Nothing was changed.",
    Exit.USAGE: "Wrong usage: an unknown option, no repository, a shallow clone.",
    Exit.PENDING: "`plan --exit-code`: changes are pending.",
    Exit.UNSAFE: "Refused as unsafe: more changes than `safety` in the policy allows, or no files "
    "while escalations are active. Nothing was changed.",
    Exit.STALE: "`apply FILE`: the saved plan is out of date. Nothing was changed.",
    Exit.PARTIAL: "Incomplete: something that the files ask for is not done, or has to be "
    "corrected. The output shows what, and why.",
}


def files_page() -> str:
    """Every field of the three files."""
    return "\n".join(_files_lines()) + "\n"


def _files_lines() -> Iterator[str]:
    yield "# Fields of the files"
    yield ""
    yield FRESH
    yield ""
    yield "A *handle* is the key of a person or team in the roster. It has small letters,"
    yield "digits and"
    yield "single hyphens, and at most 40 characters. *Text* may have several lines. Keys"
    yield "that are not"
    yield "listed here are refused. The same descriptions appear in an editor while typing, from"
    yield "`schemas/`. What the values must be beyond their form is in [rules](rules.md)."
    for path, (model, what) in FILES.items():
        schema = model.model_json_schema()
        yield ""
        yield f"## `{path}`"
        yield ""
        yield what
        shown = {path.partition(".")[0]}
        yield from _table("", schema, schema.get("$defs", {}), shown)


def _table(
    place: str,
    schema: Mapping[str, Any],
    defs: Mapping[str, Any],
    shown: set[str],
    *,
    is_output: bool = False,
) -> Iterator[str]:
    """A table of an object's keys, then one for each object inside it. Output has every key."""
    yield ""
    yield "| Key | Value | Meaning |" if is_output else "| Key | Value | Needed | Meaning |"
    yield "| --- | --- | --- |" if is_output else "| --- | --- | --- | --- |"
    inner: list[tuple[str, str]] = []
    for key, given in sorted(schema["properties"].items(), key=lambda pair: pair[0] not in _FIRST):
        needed = "yes" if key in schema.get("required", ()) else _default(given)
        meaning = given.get("description") or _described(given, defs)
        cells = (f"`{key}`", _kind(given, defs), *(() if is_output else (needed,)), meaning)
        yield f"| {' | '.join(cells)} |"
        inner += [(f"{place}{key}{suffix}", name) for suffix, name in _objects(given, defs)]
    for where, name in inner:
        if name in shown:
            continue
        shown.add(name)
        yield ""
        yield f"### {_heading(where, defs[name])}"
        yield ""
        yield str(defs[name].get("description", ""))
        yield from _table(f"{where}.", defs[name], defs, shown, is_output=is_output)


def _parts(given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in given.get("anyOf", [given]) if each.get("type") != "null"]


def _objects(given: Mapping[str, Any], defs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Objects behind a key, with what stands between: `[]` in a list, `.<key>` in a mapping."""
    for part in _parts(given):
        nested = [part.get("additionalProperties"), *part.get("patternProperties", {}).values()]
        for suffix, value in (
            ("", part),
            *(("[]", each) for each in _parts(part.get("items", {}))),
            *((".<key>", v) for v in nested),
        ):
            name = str(value.get("$ref", "")).rpartition("/")[2] if isinstance(value, dict) else ""
            if name and "properties" in defs[name]:
                yield suffix, name


def _heading(where: str, schema: Mapping[str, Any]) -> str:
    """The place of an object, with the source that tells it from another one there."""
    source = schema["properties"].get("source", {}).get("const")
    return f"`{where}` with `source: {source}`" if source else f"`{where}`"


def _described(given: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    names = [str(part.get("$ref", "")).rpartition("/")[2] for part in _parts(given)]
    return " ".join(str(defs[name].get("description", "")) for name in names if name)


def _kind(given: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    return " or ".join(_one_kind(part, defs) for part in _parts(given))


def _one_kind(part: Mapping[str, Any], defs: Mapping[str, Any]) -> str:  # noqa: PLR0911 - a table
    if "$ref" in part:
        target = defs[str(part["$ref"]).rpartition("/")[2]]
        return _one_kind(target, defs) if "enum" in target else "mapping"
    if "enum" in part:
        return ", ".join(f"`{each}`" for each in part["enum"])
    if "const" in part:
        return f"`{part['const']}`"
    match part.get("type"):
        case "array":
            least = " (at least one)" if part.get("minItems") else ""
            return f"list of {_one_kind(_parts(part['items'])[0], defs)}{least}"
        case "object":
            return "mapping"
        case "integer":
            least = part.get("minimum")
            return "number" if least is None else f"number from {least}"
        case "boolean":
            return "`true`, `false`"
        case _:
            return _text(part)


def _text(part: Mapping[str, Any]) -> str:
    if part.get("format") == "date-time":
        return "time with offset"
    if part.get("format") == "date":
        return "day"
    named = PATTERNS.get(part.get("pattern", ""), "word")
    longest = part.get("maxLength")
    return named if longest is None or named == "handle" else f"{named} of at most {longest}"


def _default(given: Mapping[str, Any]) -> str:
    value = given.get("default")
    if value in (None, [], {}) or isinstance(value, dict):
        return "no"
    shown = ", ".join(value) if isinstance(value, list) else value
    return f"default `{shown}`"


def commands_page() -> str:
    """Every command, option, exit status and environment variable."""
    return "\n".join(_commands_lines()) + "\n"


def _commands_lines() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield FRESH
    yield ""
    yield "`escalate COMMAND --help` shows the same in a terminal. `escalate --version` prints the"
    yield "version."
    context = click.Context(cli, info_name="escalate")
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        if command is not None:
            yield from _command(name, command, context)
    yield ""
    yield "## Exit status"
    yield ""
    yield from _rows(("Status", "Meaning"), ((str(int(k)), v) for k, v in EXITS.items()))
    yield ""
    yield "A command that is interrupted with Ctrl-C ends with 130."
    yield ""
    yield "## Environment"
    yield ""
    yield from _rows(("Variable", "Meaning"), ((f"`{k}`", v) for k, v in ENVIRONMENT.items()))
    yield ""
    yield "These commands read the variables of a service:"
    yield ""
    yield from _rows(("Variables of", "Read by"), READERS.items())
    yield ""
    yield "`escalate sandbox` prints values for all of them."


def _command(name: str, command: click.Command, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    yield ""
    yield f"## escalate {name}"
    yield ""
    yield f"`{command.get_usage(context).removeprefix('Usage: ')}`"
    yield ""
    yield "\n".join(line.strip() for line in (command.help or "").split("\n")).strip()
    yield ""
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                yield from _command(f"{name} {inner}", found, parent)
        return
    options = (each for each in command.params if isinstance(each, click.Option))
    records = [each.get_help_record(context) for each in options]
    if any(records):
        rows = ((f"`{flags}`", text) for flags, text in (each for each in records if each))
        yield from _rows(("Option", "Meaning"), rows)


def _rows(heads: tuple[str, str], rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"| {heads[0]} | {heads[1]} |"
    yield "| --- | --- |"
    for left, right in rows:
        cells = (" ".join(cell.split()).replace("|", "\\|") for cell in (left, right))
        yield f"| {' | '.join(cells)} |"


def report_page() -> str:
    """Every key of what `escalate report --format json` prints."""
    return "\n".join(_report_lines()) + "\n"


def _report_lines() -> Iterator[str]:
    yield "# The report"
    yield ""
    yield FRESH
    yield ""
    yield "What `escalate report --format json` prints. What holds for [JSON of all"
    yield "commands](json.md) holds here. The figures are the same in every format of the"
    yield "[report](../how-to/report-on-a-month.md)."
    schema = output_schema("report")
    yield from _table("", schema, schema["$defs"], set(), is_output=True)
    yield ""
    yield "## CSV"
    yield ""
    yield "`--format csv` prints a row for the whole period (`by` is `all`), then one row for"
    yield "each group. In"
    yield "these, `by` is `month`, `desk`, `team` or `impact`. `key` is the name of the group, and"
    yield "empty if it is unknown."
    yield "`first_day` and `last_day` are those of the whole period. Then come the figures under"
    yield "the names above: limits as `limit_day` and so on, times as `to_resolve_median_seconds`"
    yield "and so on. An unknown time is empty, not 0."


def json_page() -> str:
    """Every key of what commands print with `--format json`."""
    return "\n".join(_json_lines()) + "\n"


def _json_lines() -> Iterator[str]:
    yield "# Formats"
    yield ""
    yield FRESH
    yield ""
    yield "Commands that print data have the option `--format`. The default is `text`, for people."
    yield "[Commands](commands.md) shows the formats of each command. Messages about errors go to"
    yield "stderr in each format."
    yield ""
    yield "- `json`: an object, described below. It has no colours."
    yield "- `markdown`: for a pull request, an issue or a wiki. Text from files is escaped."
    yield "- `csv`: for a spreadsheet. The first row names the columns. Every text is in quotes. If"
    yield "  a text begins with `=`, `+`, `-`, `@`, a tab or a carriage return, an apostrophe comes"
    yield "  before it. So a spreadsheet does not calculate it."
    yield ""
    yield "Colours appear only on a terminal. With `NO_COLOR` or `TERM=dumb`, text has none. With"
    yield "`FORCE_COLOR`, text also has colours in a pipe. `COLUMNS` sets the width."
    yield ""
    yield "## JSON"
    yield ""
    yield "All keys are always present. New versions can add keys. If a key changes its meaning"
    yield "or is removed, `version` changes. Hidden characters are escaped. The folder"
    yield "`schemas/output/` has a JSON Schema for each command, and `escalate schema NAME` prints"
    yield "it. NAME is the file's name, such as `status`."
    for command in OUTPUTS:
        yield ""
        yield f"## `{command}`"
        yield ""
        if command == "report":
            yield "See [the report](report.md)."
            continue
        schema = output_schema(command)
        yield f"What `escalate {command} --format json` prints. {schema['description']}"
        yield from _table("", schema, schema.get("$defs", {}), set(), is_output=True)


def _sources() -> dict[str, str]:
    """The modules of the package by path, without those that imitate the services."""
    package = FOLDER.parents[1] / "reconciler"
    paths = {each.relative_to(package).as_posix(): each for each in package.rglob("*.py")}
    return {
        name: path.read_text(encoding="utf-8")
        for name, path in sorted(paths.items())
        if not name.startswith(("demo/", "sandbox/"))
    }


PAGES: Final = {
    "json.md": json_page,
    "files.md": files_page,
    "commands.md": commands_page,
    "report.md": report_page,
    "owners.md": partial(owners_page, FRESH),
    "messages.md": lambda: messages_page(FRESH, _sources()),
}


TOP: Final = FOLDER.parents[1]
TEMPLATE: Final = TOP / "reconciler" / "template"
HELP: Final = {
    "help": "../blob/main/HELP.md",
    "repository": "../..",
    "documentation": "docs",
}
"""Where the links of HELP.md and of the forms lead in this repository, as GitHub resolves them."""


def help_files() -> dict[str, str]:
    """HELP.md and the forms of this repository by path, from what `escalate init` creates."""
    names = ("HELP.md", *(f"github/{each}" for each in _forms()))
    return {
        f".{name}" if name.startswith("github/") else name: _filled(TEMPLATE / name)
        for name in names
    }


def _forms() -> list[str]:
    return sorted(f"ISSUE_TEMPLATE/{path.name}" for path in TEMPLATE.rglob("ISSUE_TEMPLATE/*.yml"))


def _filled(path: Path) -> str:
    return Words(path.read_text(encoding="utf-8")).substitute(HELP)


def write() -> None:
    """Write every page."""
    found = {FOLDER / name: page() for name, page in PAGES.items()}
    found |= {TOP / name: text for name, text in help_files().items()}
    for path, text in found.items():
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
