"""What happens after a pull request was opened, in three lines."""

from reconciler.model.policy import AcknowledgementMeans, Policy


def next_steps(policy: Policy, desk: str, *, begins: bool) -> tuple[str, str, str]:
    """The next steps, by who takes them. `begins` is true for a new escalation or episode."""
    ends = "marks the ticket" if begins else "changes Jira and Slack"
    if policy.merges_itself:
        last = f"The next run then merges it and {ends}."
    else:
        last = f"After the merge, the next run {ends}."
    if not begins:
        agreed = "If the change needs another person's word, that person approves it."
        return "The check comments on the pull request.", agreed, last
    known = policy.desks.get(desk)
    where = f" in #{known.announce_in}" if known else ""
    first = f"The next run announces it{where} and calls the acknowledgers."
    if policy.acknowledgement is AcknowledgementMeans.REVIEW:
        return first, "An acknowledger approves the pull request.", last
    return first, "An acknowledger merges the pull request.", last
