"""Who may send which form. The owners of the fields decide what becomes of the change.

Each raises UnclearError if this person may not.
"""

from reconciler.edit.form_requests import FormRequest
from reconciler.edit.parse_fields import UnclearError


def permit_escalating(request: FormRequest) -> None:
    """Everybody but the desk's acknowledgers, where an account opens the pull requests."""
    desk = request.desk
    forms = request.snapshot.policy.forms
    if forms is not None and desk is not None and request.person in desk.acknowledgers:
        # GitHub lets nobody approve their own pull request, and this one will not be theirs.
        raise UnclearError(
            "",
            f"You are an acknowledger of {desk.name}.",
            "Open the pull request yourself, so that another acknowledger must approve it.",
        )


def permit_assigning(request: FormRequest) -> None:
    """The people of the desk."""
    _require_desk(request, "assign its engineers", "an acknowledger")


def permit_working(request: FormRequest) -> None:
    """The people of the desk."""
    _require_desk(request, "write updates and assessments", "the assignee")


def permit_resolving(request: FormRequest) -> None:
    """The people of the desk."""
    _require_desk(request, "resolve its escalations", "the assignee")


def permit_handing_over(request: FormRequest) -> None:
    """The people of the desk, and those around the contact."""
    if _is_of_desk(request):
        return
    entry, roster = request.existing, request.snapshot.roster
    episode = entry.escalation.current
    contacts = {episode.contact, *(each.to for each in episode.handovers)}
    teams = {roster.people[each].team for each in contacts if each in roster.people}
    involved = {episode.initiator, entry.escalation.reporter.person, *contacts}
    if request.person not in involved and roster.people[request.person].team not in teams:
        raise UnclearError(
            "",
            "Only the initiator, the reporter, the contact and the team of the contact may "
            "change the contact.",
            f"Ask {roster.name(episode.initiator)} to do this.",
        )


def permit_withdrawing(request: FormRequest) -> None:
    """The initiator, the policy's delegates, and the desk's acknowledgers."""
    roster, policy = request.snapshot.roster, request.snapshot.policy
    initiator = request.existing.escalation.current.initiator
    delegates = {each for one in policy.delegates for each in roster.members(one)}
    acknowledgers = request.desk.acknowledgers if request.desk else ()
    if request.person not in {initiator, *delegates, *acknowledgers}:
        raise UnclearError(
            "",
            "Only the initiator, the policy's delegates and the acknowledgers may withdraw an "
            "escalation.",
            f"Ask {roster.name(initiator)} to do this.",
        )


def permit_communicating(request: FormRequest) -> None:
    """Who informs the affected customers, their team, and the people of the desk."""
    roster = request.snapshot.roster
    resolution = request.existing.escalation.current.resolution
    owner = resolution.customer_communication.owner if resolution else ""
    teams = {roster.people[each].team for each in (owner,) if each in roster.people}
    of_owner = request.person == owner or roster.people[request.person].team in teams
    if not of_owner and not _is_of_desk(request):
        raise UnclearError(
            "",
            "Only the owner of the customer communication may record its state.",
            f"Ask {roster.name(owner)} to do this.",
        )


def _require_desk(request: FormRequest, what: str, who: str) -> None:
    if not _is_of_desk(request):
        raise UnclearError(
            "", f"Only people of {request.desk_name} may {what}.", f"Ask {who} to do this."
        )


def _is_of_desk(request: FormRequest) -> bool:
    desk, person = request.desk, request.person
    if desk is None:
        return False
    return request.snapshot.roster.people[person].team in desk.teams or person in desk.acknowledgers
