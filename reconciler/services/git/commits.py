"""Commits: which one a name stands for, what is checked out, and which commit includes which."""

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from reconciler.services.git.command import (
    PATIENCE,
    GitProblem,
    complaint,
    git,
    is_outside,
    must,
    opening_door,
)
from reconciler.services.git.commit_objects import includes_nearby, nearby_base
from reconciler.services.git.objects import UnansweredError, objects

SHALLOW: Final = (
    "This clone is shallow, but the limits need the whole history. Run: git fetch "
    "--unshallow (in GitHub Actions: fetch-depth: 0)"
)


def state(repo: Path) -> tuple[bool, str | None]:
    """Whether the repository is shallow, and the commit that is checked out."""
    if not _may_be_inside(repo):
        return False, None
    if (head := commit_named(repo, "HEAD")) and (shallow := _is_shallow(repo)) is not None:
        return shallow, head
    code, out, err = git(repo, "rev-parse", "--is-shallow-repository", "HEAD^{commit}")
    words = out.decode("ascii", "replace").split()
    if code == 0:
        return words[0] == "true", words[1]
    if is_outside(err) or b"unknown revision" in err or b"ambiguous argument" in err:
        return False, None
    raise GitProblem(complaint(err))


def _may_be_inside(repo: Path) -> bool:
    """False if there is surely no repository around a folder, which saves importing GitPython."""
    place = Path(os.path.abspath(repo))  # noqa: PTH100 - links are left as they are
    folders = (place, *place.parents, *place.resolve().parents)
    return any(os.path.lexists(folder / name) for folder in folders for name in (".git", "HEAD"))


def head_commit(repo: Path) -> str | None:
    """The commit that is checked out; None outside git and before the first commit."""
    _, sha = state(repo)
    return sha


def resolve(repo: Path, ref: str) -> str:
    """The commit that a ref names. Raises GitProblem if there is none."""
    if commit := commit_named(repo, ref):
        return commit
    code, out, err = _rev_parse(repo, f"{ref}^{{commit}}")
    if code == 0:
        return out.decode("ascii").strip()
    if is_outside(err):
        raise GitProblem(f"{repo} is not a git repository. Give its folder with --repo.")
    if b"dubious ownership" in err:
        raise GitProblem(complaint(err))
    shown = ref.encode("unicode_escape").decode("ascii")
    raise GitProblem(f"git has no revision {shown}. Fetch it, or check the spelling.")


def commit_time(repo: Path, ref: str) -> datetime:
    """When a commit was made, by its own words."""
    stamp = must(repo, "show", "--no-patch", "--format=%ct", "--end-of-options", resolve(repo, ref))
    return datetime.fromtimestamp(int(stamp), UTC)


def known_commit(repo: Path, ref: str) -> str | None:
    """The commit that a ref names, or a commit itself; None if this clone has no such commit."""
    known = commit_named(repo, ref)
    if known is not None:
        return known or None
    code, out, _ = _rev_parse(repo, f"{ref}^{{commit}}")
    return out.decode("ascii").strip() if code == 0 else None


def _rev_parse(repo: Path, asked: str) -> tuple[int, bytes, bytes]:
    return git(repo, "rev-parse", "--verify", "--quiet", "--end-of-options", asked)


def commit_named(repo: Path, name: str) -> str | None:
    """The commit that a name stands for; empty when there is none, None when git did not say.

    It costs no start of git. A command says why git did not say.
    """
    try:
        (found,) = objects(repo, [f"{name}^{{commit}}"], 0, PATIENCE)
    except UnansweredError:
        return None
    if found is not None and found.kind != "commit":
        return None
    return found.name if found else ""


def common_folder(repo: Path) -> Path | None:
    """The git directory that all work trees share; None outside git."""
    if not _may_be_inside(repo):
        return None
    # GitPython would also find a repository that git refuses.
    if commit_named(repo, "HEAD") is not None:
        with opening_door(repo) as door:
            folder: Path | None = door.common_folder(repo)
            if folder is not None:
                return folder
    code, out, _ = git(repo, "rev-parse", "--path-format=absolute", "--git-common-dir")
    return Path(os.fsdecode(out.rstrip(b"\n"))) if code == 0 else None


def _is_shallow(repo: Path) -> bool | None:
    with opening_door(repo) as door:
        folder: Path | None = door.common_folder(repo)
        return None if folder is None else os.path.lexists(folder / "shallow")


def includes(repo: Path, tip: str, commit: str) -> bool:
    """Whether a commit is the tip or one of its ancestors."""
    if tip == commit:
        return True
    try:
        return includes_nearby(repo, tip, commit)
    except UnansweredError:
        code, _, _ = git(repo, "merge-base", "--is-ancestor", commit, tip)
        return code == 0


def furthest(repo: Path, refs: Iterable[str]) -> str | None:
    """The commit, of those that refs name, that includes the others; else the first of them."""
    known = [tip for ref in refs if (tip := known_commit(repo, ref)) is not None]
    whole = (tip for tip in known if all(includes(repo, tip, other) for other in known))
    return next(whole, known[0] if known else None)


def ancestors(repo: Path, commit: str) -> list[str]:
    """Every commit that a commit includes, itself among them."""
    return must(repo, "rev-list", commit).decode("ascii").split()


def merge_base(repo: Path, ref: str, head: str = "HEAD") -> str:
    """The commit from which a head departed from a ref."""
    base = resolve(repo, ref)
    shallow, _ = state(repo)
    if shallow:
        raise GitProblem(SHALLOW)
    with suppress(UnansweredError):
        if includes_nearby(repo, head, base):
            return base
    with suppress(UnansweredError):
        return nearby_base(repo, base, head)
    code, out, _ = git(repo, "merge-base", base, head)
    if code != 0:
        raise GitProblem(
            f"{ref} and {head} have no common history. Give a --base that {head} branched off."
        )
    return out.decode("ascii").split()[0]
