"""The rules of a branch, read from GitHub's list of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.model.forge import BranchRules

Json = Mapping[str, Any]


def branch_rules(rules: Iterable[Json]) -> BranchRules:
    """All rules together; of two that say the same thing, the stricter one holds."""
    types: dict[str, list[Json]] = {}
    for each in rules:
        types.setdefault(str(each["type"]), []).append(each.get("parameters") or {})
    reviews = types.get("pull_request", [])
    checks = types.get("required_status_checks", [])
    allowed = [
        frozenset(map(str, methods))
        for each in reviews
        if (methods := each.get("allowed_merge_methods"))
    ]
    return BranchRules(
        pull_request="pull_request" in types,
        approvals=max(
            (int(each.get("required_approving_review_count") or 0) for each in reviews), default=0
        ),
        dismisses_stale=_any(reviews, "dismiss_stale_reviews_on_push"),
        last_push_approved=_any(reviews, "require_last_push_approval"),
        code_owners=_any(reviews, "require_code_owner_review"),
        merge_methods=frozenset.intersection(*allowed) if allowed else frozenset(),
        checks=frozenset(
            str(one["context"])
            for each in checks
            for one in each.get("required_status_checks") or ()
        ),
        up_to_date=_any(checks, "strict_required_status_checks_policy"),
        no_force_push="non_fast_forward" in types,
        no_deletion="deletion" in types,
        restricted={"creation", "update"} <= types.keys(),
    )


def _any(parameters: Iterable[Json], name: str) -> bool:
    return any(bool(each.get(name)) for each in parameters)
