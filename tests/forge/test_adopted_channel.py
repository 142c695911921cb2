"""What a reviewer reads of a channel that a file adopts, before it is merged."""

from hub import Hub

ONE, TWO = "DS-1071", "DS-1072"


def stranger(hub: Hub) -> str:
    made = hub.slack("yusuf").conversations_create(name="yusufs-corner")["channel"]["id"]
    hub.slack("owen").conversations_join(channel=made)
    return str(made)


def comment(hub: Hub, number: int) -> str:
    (found,) = hub.plan_comments(number)
    return str(found["body"])


def test_the_comment_names_the_channel_that_is_adopted(hub: Hub):
    made = stranger(hub)
    before = hub.named("yusufs-corner")
    number = hub.propose(ONE, adopted={"channel": made})
    hub.reconcile()
    said = comment(hub, number)
    assert f"adopts the channel **\\#yusufs-corner ({made}), created by {hub.user('yusuf')}" in said
    assert "2 members" in said
    assert hub.named("yusufs-corner") == before


def test_the_comment_names_whose_channel_it_already_is(hub: Hub):
    first = hub.propose(ONE)
    hub.reconcile()
    hub.review(first)
    hub.merge(first)
    hub.reconcile()
    theirs = next(
        each
        for each in hub.state()["slack"]["channels"].values()
        if each["name"].startswith("ds-1071")
    )
    second = hub.propose(TWO, assignee="nadia", adopted={"channel": theirs["id"]})
    hub.reconcile()
    said = comment(hub, second)
    assert f"belongs to {ONE}" in said.replace("\\", "")
    assert "adopts the channel **" not in said
