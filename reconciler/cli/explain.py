"""`escalate explain`: what a rule means."""

import click

from reconciler.check.registry import RULES
from reconciler.cli.exits import Exit
from reconciler.load.did_you_mean import did_you_mean
from reconciler.render.rules_page import rule_text, rules_list, rules_page


@click.command()
@click.option("--markdown", is_flag=True, help="Print the page of all rules.")
@click.argument("rule", required=False)
def explain(rule: str | None, markdown: bool) -> int:  # noqa: FBT001 - click passes it by name
    """Explain RULE: what it means, what breaks it, what keeps it. Without RULE, list all."""
    if rule is None:
        every = RULES.values()
        click.echo(rules_page(every) if markdown else rules_list(every), nl=False)
        return Exit.FINE
    found = RULES.get(rule)
    if found is None:
        raise click.UsageError(
            f"There is no rule {rule}. {did_you_mean(rule, RULES)}List all rules: escalate explain"
        )
    click.echo(rule_text(found), nl=False)
    return Exit.FINE
