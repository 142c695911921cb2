"""`escalate reopen`: begin another episode of a ticket that was escalated before."""

from typing import Any

import click

from reconciler.cli.edit_session import EditSession, editing
from reconciler.cli.people import initiators
from reconciler.cli.questions import (
    as_texts,
    episode_of,
    episode_places,
    episode_questions,
    impact_options,
)
from reconciler.cli.ticket_key import TICKET
from reconciler.edit import changes
from reconciler.model.phase import phase


@click.command()
@editing
@impact_options
@click.argument("ticket", type=TICKET)
def reopen(desk: EditSession, ticket: str, **given: Any) -> int:  # noqa: ANN401 - the options
    """Escalate TICKET again after its escalation was resolved or withdrawn."""
    entry = desk.entry(ticket)
    state = phase(entry.escalation)
    if not state.ended:
        raise click.UsageError(
            f"The escalation of {entry.escalation.ticket} is {state}: it has not ended yet."
        )
    last = entry.escalation.current
    questions = episode_questions(
        desk.snapshot,
        initiator=desk.me(initiators(desk.snapshot)),
        level=last.impact.level.value,
        who=last.impact.who,
        how_many=str(last.impact.how_many),
        symptom=last.impact.symptom if "\n" not in last.impact.symptom else "",
        contact=last.contact_at(desk.now),
    )
    path = entry.source.path
    _, data = desk.answered(
        as_texts(given),
        questions,
        path,
        lambda said: changes.reopened(entry, episode_of(said)),
        episode_places(("episodes", len(entry.escalation.episodes))),
    )
    return desk.keep(path, data, f"Reopen {entry.escalation.ticket}", begins=True)
