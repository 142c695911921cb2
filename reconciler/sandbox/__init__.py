"""Jira, Slack and GitHub on loopback: state, error codes, rate tiers and faults.

    with serve() as box:
        WebClient(token="xoxb-sandbox-bot", base_url=box.slack_url)

Who calls:

- Slack: the bot token, or `xoxp-<Slack id>`, which acts as that person. People need no scopes.
- Jira Cloud: basic authentication with an e-mail address and the bot's token, or
  `jira-<user name>` or `jira-<account id>` for a person.
- Jira Data Center: the same tokens as bearer tokens.
- GitHub: the token of Actions, or `ghp-<login>` for a person. Behind it is a real bare repository.
  What people do in a browser, `box.github` does, and on the control port `POST /github`.
  `SANDBOX_GITHUB_LOGIN` in the environment of `git push` names the account that pushes. Without
  it, the Actions bot pushes.

Where the services' behaviour is not documented, the harder case was chosen:

- An invitation without `force` invites nobody if anybody cannot be; only a deactivated user
  (`cant_invite`) leaves the others invited. With `force` and nobody left to invite it fails.
- A bot that unarchives a channel hears `not_in_channel`. Members stay members of an archive.
- `chat.update` takes 4,000 characters, `chat.postMessage` 40,000.
- A bookmark in an archived or foreign channel is refused with `permission_denied`.
- `conversations.list` filters archived channels after paging, so pages may be short.
- Pages of issues carry the newest comments only: 100 by key, 20 in a search.
- Search matches what the index knew `search_lag` seconds ago and shows fields as they are now.
- Data Center ignores `properties` in an edit, and its search is never behind.
- Equal issue links and equal bookmarks are taken as often as they are sent.
- GitHub lists a pull request as soon as it is merged, and follows branches when it is asked.
- GitHub keeps no review that is not handed in, and dismisses stale approvals without a time.
- It knows whether a pull request can be merged when asked a second time. Its trial merge stays
  the `merge_commit_sha` of one that is closed unmerged.
- A pull request is closed with its branch, and not opened again if that was rewritten meanwhile;
  if it only went on, the head moves with the opening.
- Commits and reviews in a timeline have no `created_at`.
- All requests but GET make content, of which 80 a minute and 500 an hour are taken.
- Of the rules of branches it holds ways to merge and stale approvals; it only tells the others.
- Headers are in lower case on the wire, as Slack's and Atlassian's own proxies send them.
"""

from reconciler.sandbox.box import Box
from reconciler.sandbox.calls import Call
from reconciler.sandbox.clock import Clock
from reconciler.sandbox.faults import Fault, Faults
from reconciler.sandbox.seed import SeedError
from reconciler.sandbox.serve import serve

__all__ = ["Box", "Call", "Clock", "Fault", "Faults", "SeedError", "serve"]
