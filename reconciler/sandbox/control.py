"""The control port: the same levers as the Python API, over HTTP."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import JSONResponse

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.faults import Fault

if TYPE_CHECKING:
    from reconciler.sandbox.box import Box

HELP: Final = [
    "GET /state",
    "GET /calls",
    "GET /faults",
    'POST /faults {"kind": "drop", "name": "chat.postMessage", "when": "after"}',
    'POST /faults {"kind": "stale", "name": "conversations.history", "times": null}',
    "DELETE /faults",
    'POST /latency {"per_call": 0.1, "per_connection": 0.2}',
    'POST /clock {"set": "2026-03-02T15:00:00Z"} or {"set": null} or {"advance": 3600}',
    'POST /github {"ready": 7} or {"draft": 7}',
    "GET /moods",
    'POST /moods {"slack_long_post": "cut"}',
    "POST /reset",
]


async def control(box: "Box", request: Request) -> JSONResponse:
    """Answer a request to the control port."""
    verb = f"{request.method} {request.url.path.rstrip('/')}"
    try:
        action = ACTIONS.get(verb)
        if action is None:
            return JSONResponse({"error": f"no {verb} here", "try": HELP}, 404)
        return JSONResponse(action(box, _object(await request.body())))
    except (TypeError, ValueError) as error:
        return JSONResponse({"error": str(error)}, 400)


def _object(body: bytes) -> JsonObject:
    value = json.loads(body or b"{}")
    if not isinstance(value, dict):
        raise TypeError("the body has to be an object")
    return value


def _state(box: "Box", _: JsonObject) -> object:
    return box.state()


def _calls(box: "Box", _: JsonObject) -> object:
    return [call.to_json() for call in box.calls]


def _faults(box: "Box", _: JsonObject) -> object:
    return [fault.to_json() for fault in box.faults.waiting]


def _add_fault(box: "Box", body: JsonObject) -> object:
    return box.faults.add(Fault(**body)).to_json()


def _clear_faults(box: "Box", _: JsonObject) -> object:
    box.faults.clear()
    return {}


def _latency(box: "Box", body: JsonObject) -> object:
    box.latency(**body)
    return body


def _clock(box: "Box", body: JsonObject) -> object:
    unknown = set(body) - {"set", "advance"}
    if unknown:
        raise ValueError(f"no such key: {', '.join(sorted(unknown))}")
    if "set" in body:
        moment = body["set"]
        box.clock.set(datetime.fromisoformat(moment) if moment else None)
    box.clock.advance(float(body.get("advance", 0)))
    return {"now": box.clock.now().isoformat()}


def _github(box: "Box", body: JsonObject) -> object:
    (what, number), *more = body.items() or [("", 0)]
    if more or what not in {"ready", "draft"}:
        raise ValueError("either ready or draft is needed, with the number of a pull request")
    with box.lock:
        if number not in box.world.github.pulls:
            raise ValueError(f"there is no pull request {number}")
        (box.github.ready if what == "ready" else box.github.draft)(number)
        return {"number": number, "draft": box.github.pull(number).draft}


def _moods(box: "Box", _: JsonObject) -> object:
    return box.world.moods.model_dump()


def _set_moods(box: "Box", body: JsonObject) -> object:
    box.set_moods(**body)
    return box.world.moods.model_dump()


def _reset(box: "Box", _: JsonObject) -> object:
    box.reset()
    return {}


ACTIONS: Final[dict[str, Callable[["Box", JsonObject], object]]] = {
    "GET /state": _state,
    "GET /calls": _calls,
    "GET /faults": _faults,
    "POST /faults": _add_fault,
    "DELETE /faults": _clear_faults,
    "POST /latency": _latency,
    "POST /clock": _clock,
    "POST /github": _github,
    "GET /moods": _moods,
    "POST /moods": _set_moods,
    "POST /reset": _reset,
}
