"""Whose word a change has, where the account of forms spoke for somebody."""

from dataclasses import replace

import pytest
from agreement import POLICY, ROSTER, START, account, said
from company import escalation
from pydantic import TypeAdapter

from reconciler.history.agreed_arrival import able_to_acknowledge
from reconciler.history.field_changes import config_change, file_changes
from reconciler.history.field_owners import Rights
from reconciler.history.word_of import Word
from reconciler.model.consent import Consents
from reconciler.model.escalation import Escalation
from reconciler.model.policy import FormsPolicy, Policy
from reconciler.model.roster import Roster
from reconciler.model.timeline import MainCommit, Version

CHANGE = config_change("config/roster.yaml", "", "a" * 40)
FORMS = FormsPolicy(account="forms", account_id=50)


@pytest.mark.parametrize(
    ("named", "via", "heard"),
    [(50, 50, {"priya"}), (51, 50, set()), (0, 50, set()), (0, 0, {"priya"})],
)
def test_a_form_speaks_only_by_the_account_that_the_policy_in_force_names(
    named: int, via: int, heard: set[str]
):
    forms = FORMS.model_copy(update={"account_id": named}) if named else None
    policy = TypeAdapter(Policy).validate_python(POLICY).model_copy(update={"forms": forms})
    rights = Rights(policy, TypeAdapter(Roster).validate_python(ROSTER), START)
    consent = replace(said("priya"), via=via)
    word = Word(Consents("1", account("owen"), (consent,)), rights)
    assert word.people(CHANGE) == heard


@pytest.mark.parametrize(("named", "barred"), [(50, True), (51, False), (0, False)])
def test_no_other_account_makes_an_acknowledger_a_proposer(named: int, *, barred: bool):
    """Who proposes an escalation can't acknowledge it."""
    forms = FORMS.model_copy(update={"account_id": named}) if named else None
    policy = TypeAdapter(Policy).validate_python(POLICY).model_copy(update={"forms": forms})
    rights = Rights(policy, TypeAdapter(Roster).validate_python(ROSTER), START)
    new = TypeAdapter(Escalation).validate_python(escalation("DS-1071"))
    path = "escalations/2026/DS-1071.yaml"
    version = Version("DS-1071", path, MainCommit("a" * 40, START, "", "", 1, 0), new)
    word = Word(Consents("1", account("priya"), (replace(said("ines"), via=50),)), rights)
    able = able_to_acknowledge(version, file_changes(path, None, new), word)
    assert able == {"hannah", "ines", "marcus"} - ({"ines"} if barred else set())
