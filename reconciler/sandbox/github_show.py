"""GitHub's JSON: people, the repository, pull requests, commits."""

from typing import Final
from urllib.parse import quote
from zlib import crc32

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.github_call import GitHubCall, moment, node
from reconciler.sandbox.github_git import Commit
from reconciler.sandbox.github_state import Pull, Status

_OF_USER: Final = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
_OF_REPO: Final = {
    "archive": "/{archive_format}{/ref}",
    "assignees": "/assignees{/user}",
    "blobs": "/git/blobs{/sha}",
    "branches": "/branches{/branch}",
    "collaborators": "/collaborators{/collaborator}",
    "comments": "/comments{/number}",
    "commits": "/commits{/sha}",
    "compare": "/compare/{base}...{head}",
    "contents": "/contents/{+path}",
    "contributors": "/contributors",
    "deployments": "/deployments",
    "downloads": "/downloads",
    "events": "/events",
    "forks": "/forks",
    "git_commits": "/git/commits{/sha}",
    "git_refs": "/git/refs{/sha}",
    "git_tags": "/git/tags{/sha}",
    "hooks": "/hooks",
    "issue_comment": "/issues/comments{/number}",
    "issue_events": "/issues/events{/number}",
    "issues": "/issues{/number}",
    "keys": "/keys{/key_id}",
    "labels": "/labels{/name}",
    "languages": "/languages",
    "merges": "/merges",
    "milestones": "/milestones{/number}",
    "notifications": "/notifications{?since,all,participating}",
    "pulls": "/pulls{/number}",
    "releases": "/releases{/id}",
    "stargazers": "/stargazers",
    "statuses": "/statuses/{sha}",
    "subscribers": "/subscribers",
    "subscription": "/subscription",
    "tags": "/tags",
    "teams": "/teams",
    "trees": "/git/trees{/sha}",
}
SWITCHES: Final = {
    "allow_merge_commit": True,
    "allow_squash_merge": True,
    "allow_rebase_merge": True,
    "allow_auto_merge": False,
    "allow_update_branch": False,
    "delete_branch_on_merge": False,
    "has_issues": True,
}
"""Settings of a new repository."""
_FALSE: Final = ("archived", "disabled", "fork", "has_downloads", "has_discussions", "has_pages")
_ZERO: Final = (
    *("forks", "forks_count", "network_count", "size", "stargazers_count", "subscribers_count"),
    *("watchers", "watchers_count"),
)
_NONE: Final = ("description", "homepage", "language", "license", "mirror_url")


def site(call: GitHubCall) -> str:
    """Address of the repository for people."""
    return f"{call.world.forge}/{call.github.full_name}"


def show_user(call: GitHubCall, login: str | None) -> JsonObject | None:
    """An account; None when there is none."""
    user = call.github.users.get(login or "")
    if user is None:
        return None
    api = f"{call.base}/users/{user.login}"
    return {
        "login": user.login,
        "id": user.id,
        "node_id": node("U", user.id),
        "avatar_url": f"https://avatars.github.example/u/{user.id}",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{call.world.forge}/{user.login}",
        **{name: api + end for name, end in _OF_USER.items()},
        "type": user.type,
        "site_admin": False,
    }


def show_repo(call: GitHubCall, owner: str = "") -> JsonObject:
    """The repository, or the fork of somebody."""
    github = call.github
    name = f"{owner or github.owner}/{github.name}"
    api, html = f"{call.base}/repos/{name}", f"{call.world.forge}/{name}"
    opened = sum(pull.state == "open" for pull in github.pulls.values())
    return {
        "id": 2 if owner else 1,
        "node_id": node("R", 2 if owner else 1),
        "name": github.name,
        "full_name": name,
        "private": True,
        "visibility": "private",
        "owner": show_user(call, owner or github.owner),
        "html_url": html,
        "url": api,
        **{f"{name}_url": api + end for name, end in _OF_REPO.items()},
        "git_url": f"git://github.example/{name}.git",
        "ssh_url": f"git@github.example:{name}.git",
        "clone_url": f"{html}.git",
        "svn_url": html,
        "default_branch": github.default_branch,
        **dict.fromkeys(_FALSE, False),
        "fork": bool(owner),
        **dict.fromkeys(_ZERO, 0),
        **dict.fromkeys(_NONE),
        "has_issues": True,
        "has_projects": False,
        "has_wiki": False,
        "open_issues": opened,
        "open_issues_count": opened,
        "created_at": "2026-01-05T09:00:00Z",
        "updated_at": moment(call.now),
        "pushed_at": moment(call.now),
    }


def show_own_repo(call: GitHubCall) -> JsonObject:
    """The repository itself: also what the caller may do, and for writers how it merges."""
    github, login = call.github, call.user.login
    admin = login in github.admins
    rights = {"admin": admin, "maintain": admin, "push": call.may_write, "triage": call.may_write}
    shown = {**show_repo(call), "permissions": {**rights, "pull": True}}
    return {**shown, **SWITCHES, **github.switches} if call.may_write else shown


def show_pull(call: GitHubCall, pull: Pull, *, whole: bool = False) -> JsonObject:
    """A pull request, as lists show it or as a whole."""
    api, html = f"{call.repo}/pulls/{pull.number}", f"{site(call)}/pull/{pull.number}"
    issue = f"{call.repo}/issues/{pull.number}"
    shown = {
        "url": api,
        "id": 5000 + pull.number,
        "node_id": node("PR", pull.number),
        "html_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "issue_url": issue,
        "commits_url": f"{api}/commits",
        "review_comments_url": f"{api}/comments",
        "review_comment_url": f"{call.repo}/pulls/comments{{/number}}",
        "comments_url": f"{issue}/comments",
        "statuses_url": f"{call.repo}/statuses/{pull.head}",
        "number": pull.number,
        "state": pull.state,
        "locked": False,
        "title": pull.title,
        "user": show_user(call, pull.author),
        "body": pull.body,
        "labels": show_labels(call, pull.number),
        "milestone": None,
        "active_lock_reason": None,
        "created_at": moment(pull.created_at),
        "updated_at": moment(pull.updated_at),
        "closed_at": moment(pull.closed_at),
        "merged_at": moment(pull.merged_at),
        # Unless it was merged this names a trial merge, which is on no branch.
        "merge_commit_sha": pull.merge_commit or pull.trial,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "head": _end(call, pull.branch, pull.head, pull.fork or call.github.owner),
        "base": _end(call, pull.base, base_of(call, pull), call.github.owner),
        "_links": {
            name: {"href": address}
            for name, address in (
                ("self", api),
                ("html", html),
                ("issue", issue),
                ("comments", f"{issue}/comments"),
                ("review_comments", f"{api}/comments"),
                ("review_comment", f"{call.repo}/pulls/comments{{/number}}"),
                ("commits", f"{api}/commits"),
                ("statuses", f"{call.repo}/statuses/{pull.head}"),
            )
        },
        "author_association": association(call, pull.author),
        "auto_merge": None,
        "draft": pull.draft,
    }
    return {**shown, **_details(call, pull)} if whole else shown


def _details(call: GitHubCall, pull: Pull) -> JsonObject:
    base = base_of(call, pull)
    files = call.bare.files(base, pull.head)
    tried = pull.state == "open" and pull.tried == f"{base} {pull.head}"
    mergeable = pull.trial is not None if tried else None
    could = "draft" if pull.draft else "clean"
    return {
        "merged": pull.merged_at is not None,
        "mergeable": mergeable,
        "rebaseable": mergeable,
        "mergeable_state": {None: "unknown", True: could, False: "dirty"}[mergeable],
        "merged_by": show_user(call, pull.merged_by),
        "comments": sum(each.number == pull.number for each in call.github.comments),
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": len(call.bare.between(base, pull.head)),
        "additions": sum(each[3] for each in files),
        "deletions": sum(each[4] for each in files),
        "changed_files": len(files),
    }


def show_labels(call: GitHubCall, number: int) -> list[JsonObject]:
    """The labels of a pull request or an issue."""
    names = call.github.labels.get(number, [])
    return [show_label(call, name, call.github.known_labels.get(name)) for name in names]


def show_label(call: GitHubCall, name: str, description: str | None) -> JsonObject:
    """A label of the repository."""
    return {
        "id": crc32(name.encode()),
        "node_id": node("LA", crc32(name.encode())),
        "url": f"{call.repo}/labels/{quote(name, safe='')}",
        "name": name,
        "description": description,
        "color": "ededed",
        "default": False,
    }


def show_commit(call: GitHubCall, commit: Commit) -> JsonObject:
    """A commit; people are known by the addresses that GitHub gives them."""
    api, html = f"{call.repo}/commits/{commit.sha}", f"{site(call)}/commit/{commit.sha}"
    hidden = "@users.noreply.github.example"
    people = {
        name: show_user(call, signature.email.removesuffix(hidden))
        for name, signature in (("author", commit.author), ("committer", commit.committer))
    }
    return {
        "sha": commit.sha,
        "node_id": f"C_{commit.sha}",
        "url": api,
        "html_url": html,
        "comments_url": f"{api}/comments",
        "commit": {
            "author": vars(commit.author),
            "committer": vars(commit.committer),
            "message": commit.message,
            "comment_count": 0,
            "tree": {"sha": commit.tree, "url": f"{call.repo}/git/trees/{commit.tree}"},
            "url": f"{call.repo}/git/commits/{commit.sha}",
        },
        **people,
        "parents": [{"sha": each, "url": f"{call.repo}/commits/{each}"} for each in commit.parents],
    }


def base_of(call: GitHubCall, pull: Pull) -> str:
    """The tip of its base: as it was when it was merged, or as it is."""
    return pull.onto or call.bare.commit(f"refs/heads/{pull.base}") or pull.head


def _end(call: GitHubCall, branch: str, commit: str, owner: str) -> JsonObject:
    return {
        "label": f"{owner}:{branch}",
        "ref": branch,
        "sha": commit,
        "user": show_user(call, owner),
        "repo": show_repo(call, "" if owner == call.github.owner else owner),
    }


def association(call: GitHubCall, login: str) -> str:
    """What somebody is to the repository."""
    return "MEMBER" if login in call.github.writers else "NONE"


def show_status(call: GitHubCall, status: Status) -> JsonObject:
    """A status of a commit."""
    return {
        "url": f"{call.repo}/statuses/{status.sha}",
        "avatar_url": None,
        "id": status.id,
        "node_id": node("SC", status.id),
        "state": status.state,
        "description": status.description,
        "target_url": status.url,
        "context": status.context,
        "created_at": moment(status.at),
        "updated_at": moment(status.at),
        "creator": show_user(call, status.creator),
    }
