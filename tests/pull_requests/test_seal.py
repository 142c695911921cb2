"""What an earlier run verified counts again only for the very thing that it verified."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.model.acknowledgement import Acknowledgement
from reconciler.model.keyring import Keyring
from reconciler.model.receipt import AcknowledgementReceipt
from reconciler.pull_requests.seal import Sealer

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FIRST, SECOND = "c" * 40, "d" * 40
OURS = Sealer(Keyring("token"))
FOUND = Acknowledgement("hannah", NOON, "12", commit=FIRST, ready_at=NOON - timedelta(hours=1))
SEALED = OURS.sealed("DS-1071", FOUND)


def kept(found: Acknowledgement = SEALED, **changes: Any) -> AcknowledgementReceipt:
    """The acknowledgement as the ticket keeps it, forged by `changes`."""
    return AcknowledgementReceipt.model_validate({**vars(found), **changes})


def test_what_was_verified_is_recalled():
    assert OURS.recalled("DS-1071", FIRST, kept()) == SEALED


def test_it_survives_being_written_as_json():
    text = kept().model_dump_json()
    read = AcknowledgementReceipt.model_validate_json(text)
    assert OURS.recalled("DS-1071", FIRST, read) == SEALED


def test_nothing_is_recalled_where_nothing_is_kept():
    assert OURS.recalled("DS-1071", FIRST, None) is None


def test_an_approval_of_the_first_episode_does_not_acknowledge_the_second():
    """The seal holds: it is the commit that is another one."""
    assert OURS.recalled("DS-1071", SECOND, kept()) is None


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param({"by": "ines"}, id="somebody-else"),
        pytest.param({"at": NOON + timedelta(seconds=1)}, id="another-time"),
        pytest.param({"pull_request": "13"}, id="another-pull-request"),
        pytest.param({"ready_at": None}, id="not-ready"),
        pytest.param({"late": True}, id="late"),
        pytest.param({"seal": ""}, id="no-seal"),
        pytest.param({"seal": SEALED.seal[:-1] + "é"}, id="no-ascii"),
        pytest.param({"seal": "0" * 64}, id="made-up"),
    ],
)
def test_whatever_is_changed_breaks_the_seal(forged: dict[str, Any]):
    assert OURS.recalled("DS-1071", FIRST, kept(**forged)) is None


def test_a_commit_that_is_written_into_it_breaks_the_seal():
    assert OURS.recalled("DS-1071", SECOND, kept(commit=SECOND)) is None


def test_the_receipt_of_another_ticket_breaks_the_seal():
    assert OURS.recalled("DS-1072", FIRST, kept()) is None


def test_with_a_new_token_nothing_is_recalled():
    assert Sealer(Keyring("renewed")).recalled("DS-1071", FIRST, kept()) is None


def test_with_the_former_token_it_is_recalled_and_sealed_again():
    renewed = Sealer(Keyring("renewed", former="token"))
    recalled = renewed.recalled("DS-1071", FIRST, kept())
    assert recalled == Sealer(Keyring("renewed")).sealed("DS-1071", FOUND)
    assert recalled != SEALED


def test_a_seal_does_not_seal_itself():
    assert OURS.sealed("DS-1071", replace(FOUND, seal="x")) == SEALED


def test_a_seal_of_before_holds():
    """Recorded: whatever changes in how seals are made voids those that are on tickets."""
    recorded = "4714531f21728eba76b474e8b585cfc70b6d507eb39f03015350023e066616e5"
    assert SEALED.seal == recorded
    assert OURS.recalled("DS-1071", FIRST, kept(SEALED, seal=recorded)) == SEALED


def test_fields_that_this_version_does_not_know_are_left_aside():
    assert OURS.recalled("DS-1071", FIRST, kept(later="x")) == SEALED
