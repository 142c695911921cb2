"""`escalate explain`: what a rule means."""

import click

from reconciler.check.registry import RULES
from reconciler.cli.exits import Exit
from reconciler.cli.output_format import ALL, OutputFormat, format_option
from reconciler.load.did_you_mean import did_you_mean
from reconciler.render.console import write, write_json
from reconciler.render.rules_data import rules_output, rules_sheet
from reconciler.render.rules_page import rule_section, rule_text, rules_list, rules_page
from reconciler.render.sheet import sheet_csv


@click.command()
@format_option(*ALL, former=(OutputFormat.MARKDOWN,))
@click.argument("rule", required=False)
def explain(rule: str | None, style: OutputFormat) -> int:
    """Explain RULE: what it means, what breaks it, what keeps it. Without RULE, list all."""
    found = RULES.get(rule) if rule is not None else None
    if rule is not None and found is None:
        raise click.UsageError(
            f"There is no rule {rule}. {did_you_mean(rule, RULES)}List all rules: escalate explain"
        )
    rules = [found] if found is not None else list(RULES.values())
    if style is OutputFormat.JSON:
        write_json(rules_output(rules))
    elif style is OutputFormat.CSV:
        write(sheet_csv(rules_sheet(rules)))
    elif style is OutputFormat.MARKDOWN:
        write(rules_page(rules) if found is None else rule_section(found))
    else:
        write(rules_list(rules) if found is None else rule_text(found))
    return Exit.FINE
