"""A process that forks runs of the command whose time passes by waiting (`passing.py`).

Started by `stage.py`, never imported. Everything else is as in `forking.py`.
"""

import socket
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)

from sweep.passing import Passing  # noqa: E402 - found through that path

PASSING = Passing()  # before anything keeps `time.sleep` as a default

import forking  # noqa: E402


def main() -> None:
    forking.preload()
    asked = forking.serve(socket.socket(fileno=int(sys.argv[1])))
    if asked is None:
        return
    connection, streams = asked
    with connection:
        request = forking.read(connection)
    forking.become(request, streams)
    waited = Path(request["waited"])
    PASSING.begin(request["moment"], request["env"]["GITHUB_RUN_ID"])
    status = forking.run()
    waited.write_text(str(PASSING.waited))
    forking.end(status)


main()
