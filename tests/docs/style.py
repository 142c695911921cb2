"""The style of what people read, as data: the words to avoid, and what to write instead.

`test_style.py` applies the rules to the documentation. Each rule has a sentence that breaks it and
one that keeps it; a test proves that its pattern finds the first and not the second.
"""

import re
from dataclasses import dataclass

MOST_WORDS = 20
"""The words that a sentence may have. `prose.words` says what counts as one."""


@dataclass(frozen=True)
class Rule:
    """Words to avoid.

    `pattern` is searched as whole words, whatever their case. `instead` is what to write.
    """

    id: str
    pattern: re.Pattern[str]
    instead: str
    bad: str
    good: str


def rule(name: str, words: str, *, instead: str, bad: str, good: str) -> Rule:
    return Rule(name, re.compile(rf"\b(?:{words})\b", re.IGNORECASE), instead, bad, good)


RULES = (
    rule(
        "indirect-people",
        r"whoever|whomever|somebody|nobody|anybody|the person who",
        instead="you, the name of the role, no one, anyone",
        bad="Whoever may write can set the status.",
        good="Anyone with write access can set the status.",
    ),
    rule(
        "tells",
        r"tells|telling|told",
        instead="reports or shows, with the actor: the tool, GitHub, the reviewer",
        bad="The plan tells of it, and the channel is told.",
        good="The plan reports the change, and the tool posts it in the channel.",
    ),
    rule(
        "says",
        r"says|said",
        instead="reports, shows, sets, requires or explains",
        bad="The comment says what merging will do.",
        good="The comment shows what merging will do.",
    ),
    rule(
        "mend",
        r"mend(?:s|ed|ing)?|(?:put|puts|putting|set|sets) (?:\w+ ){0,4}right|kept right",
        instead="fix or correct",
        bad="A run that dies is put right by the next one.",
        good="If a run fails, the next run completes it.",
    ),
    rule(
        "cure",
        r"cures?|cured",
        instead="remedy",
        bad="Each line ends in ok or in a cure.",
        good="Each failed check shows a remedy.",
    ),
    rule(
        "goes-on",
        r"(?:go|goes|going|went|gone) on",
        instead="continue, last",
        bad="What was held until then goes on.",
        good="The held escalation then continues.",
    ),
    rule(
        "is-over",
        r"(?:is|are|was|were) over(?! (?:the|its|a|an|this|that|\d))",
        instead="has ended",
        bad="When the escalation is over, the channel is archived.",
        good="When the escalation has ended, the tool archives the channel.",
    ),
    rule(
        "by-itself",
        r"by (?:itself|themselves)",
        instead="automatically, or name the actor",
        bad="It is admitted by itself.",
        good="The tool admits it automatically.",
    ),
    rule(
        "all-the-same",
        r"all the same",
        instead="anyway",
        bad="The link works all the same.",
        good="The link works anyway.",
    ),
    rule(
        "lays-down",
        r"(?:lay|lays|laid|laying) down",
        instead="create",
        bad="The command lays down a repository.",
        good="The command creates a repository.",
    ),
    rule(
        "for-ever",
        r"for ever|forever|for good(?! reason)",
        instead="permanently",
        bad="Files stay in git for ever.",
        good="Files stay in git permanently.",
    ),
    rule(
        "room",
        r"room",
        instead="capacity, with the number",
        bad="The comment shows the room in the limits.",
        good="The comment shows how many more escalations the desk can accept.",
    ),
    rule(
        "proposal",
        r"proposals?",
        instead="pull request",
        bad="A proposal is announced.",
        good="The tool announces a pull request.",
    ),
    rule(
        "the-affected",
        r"the affected(?= (?:and|are|were|is|was|have|has|had|of|by|in)\b|[.,;:)]|$)",
        instead="affected customers",
        bad="Writing to the affected, the owner explains.",
        good="The owner writes to the affected customers.",
    ),
    rule(
        "ours",
        r"ours",
        instead="the tool's channel, the tool's comment",
        bad="The comment stands for ours.",
        good="The comment replaces the tool's comment.",
    ),
    rule(
        "by-hand",
        r"by hand",
        instead="manually, a manual change; name the person's action",
        bad="The channel was archived by hand.",
        good="A person archived the channel.",
    ),
    rule(
        "hands",
        r"(?:in|into|out of|of|changes?|changed|other|many) (?:\w+ )?hands",
        instead="name who is assigned, or the assignment",
        bad="A ticket that changes hands is announced.",
        good="The tool announces a new assignee.",
    ),
    rule(
        "fight",
        r"fight|fights|fought|fighting",
        instead="repair, or: the tool changes it back",
        bad="Manual changes are reported, not fought.",
        good="Manual changes are reported, not repaired.",
    ),
    rule(
        "metaphor",
        r"story|stories|tale|tales|witness|witnesses|walls?|life|lives|memory loss"
        r"|remembers?|remembered|hours of the clock|the door to|twins?",
        instead="the literal word: history, evidence, boundary, record, elapsed hours",
        bad="The clone may be the only witness of the story.",
        good="The clone may be the only evidence of the history.",
    ),
    rule(
        "for-because",
        r"(?<=[,;] )for (?:it|they|he|she|we|you|there|no|nothing|no one)"
        r"|for (?:it|they|he|she|there) (?:is|are|was|were|has|had|can|could|would|may|does)",
        instead="because",
        bad="It is skipped, for it has ended.",
        good="The tool skips it, because it has ended.",
    ),
    rule(
        "archaic",
        r"anew|as ever|thereby|wherein|hence|let past|of late",
        instead="again, as usual, so",
        bad="The token is made anew for each job.",
        good="GitHub creates a new token for each job.",
    ),
    rule(
        "take-in",
        r"(?:take|takes|taken|took|taking) (?:(?:it|them) )?in(?! (?:account|order|turn)\b)",
        instead="import",
        bad="The command takes in an escalation.",
        good="The command imports an escalation.",
    ),
    rule(
        "riddle",
        r"differences? goe?s? away|sees? to it|digits of chance|without chance|chance does"
        r"|says? nothing|line of \w+ file wants|wants it(?=[.,;]|$)|gives out",
        instead="what happens, with its actor",
        bad="The tool makes the difference go away.",
        good="The tool changes Jira and Slack to match the files.",
    ),
    rule(
        "unmeasured-time",
        r"within (?:a|one) minute|in no time",
        instead="the event after which it happens, or a measured time with its place",
        bad="Within a minute the announcement is in the channel.",
        good="After the workflow ends, the announcement is in the channel.",
    ),
)
