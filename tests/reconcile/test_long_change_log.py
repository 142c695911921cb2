"""A bulk fetch shows 40 entries of a change log, and the earlier priority may be before those.

Source: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/ (bulk fetch).
"""

import pytest
from company import Company, resolution


@pytest.mark.parametrize("edits", [38, 39, 40, 60])
def test_the_earlier_priority_is_found(cloud: Company, edits: int):
    before = cloud.ticket("DS-1071")["priority"]
    cloud.write("DS-1071")
    cloud.converge()
    for number in range(edits):
        body = {"update": {"labels": [{"add": f"label-{number}"}]}}
        cloud.jira("hannah", "PUT", "issue/DS-1071", body)
    cloud.jira("hannah", "DELETE", "issue/DS-1071/properties/escalation")
    cloud.write("DS-1071", resolution=resolution())
    cloud.converge()
    assert cloud.ticket("DS-1071")["priority"] == before != "Highest"
