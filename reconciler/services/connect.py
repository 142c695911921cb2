"""The services that a run talks to, together."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from reconciler.model.sealed_receipt import ReceiptSeals
from reconciler.services.jira.cloud import JiraCloud
from reconciler.services.jira.data_center import JiraDataCenter
from reconciler.services.jira.gateway import JiraGateway
from reconciler.services.jira.wire import JiraWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import JiraSettings, Settings
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.wire import SlackWire


@dataclass(frozen=True)
class Gateways:
    """Jira, Slack, and the threads that wait for them."""

    jira: JiraGateway
    slack: SlackGateway
    pool: Executor


def jira_gateway(
    settings: JiraSettings, timeout: float, retries: RetryPolicy, pool: Executor
) -> JiraGateway:
    """Jira alone; nothing is sent before it is used."""
    kind = JiraCloud if settings.cloud else JiraDataCenter
    seals = ReceiptSeals(settings.keyring, settings.site)
    return kind(JiraWire(settings, timeout, retries), pool, seals)


@contextmanager
def connect(settings: Settings, retries: RetryPolicy, workers: int) -> Iterator[Gateways]:
    """Gateways for as long as the context lasts; nothing is sent before they are used.

    When the context ends early, what has begun is finished and what has not is left to the next
    run.
    """
    requests = ThreadPoolExecutor(workers, thread_name_prefix="request")
    escalations = ThreadPoolExecutor(workers, thread_name_prefix="escalation")
    jira = jira_gateway(settings.jira, settings.timeout, retries, requests)
    slack = SlackGateway(SlackWire(settings.slack, settings.timeout, retries), settings.slack.team)
    try:
        yield Gateways(jira, slack, escalations)
    finally:
        for pool in (escalations, requests):
            pool.shutdown(cancel_futures=True)
        jira.close()
        slack.close()
