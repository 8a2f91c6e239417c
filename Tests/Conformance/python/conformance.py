"""Calls methods 1 to 9, 13 and 40 of an authority and checks every answer."""

import argparse
import os
import re
import sys
import time
import zlib

from connection import GOAWAY, PING, PONG, Connection, Failed
from tessera.v1 import (
    authenticate_pb2,
    failure_pb2,
    health_pb2,
    issue_pb2,
    list_pb2,
    model_pb2,
    regenerate_pb2,
    revoke_pb2,
    service_pb2 as service,
    update_pb2,
    validate_pb2,
)

INVALID_ARGUMENT, NOT_FOUND, UNIMPLEMENTED, UNAVAILABLE, UNAUTHENTICATED = 3, 5, 12, 14, 16
FAILED_PRECONDITION, ABORTED = 9, 10

steps = []


def step(function):
    steps.append(function)
    return function


def check(is_so, what):
    if not is_so:
        raise AssertionError(what)


def refused(status, field, call):
    """Checks that `call` fails with `status` and names `field`."""
    try:
        answer = call()
    except Failed as failed:
        check(failed.status == status, f"{failed}, not status {status}")
        check(failed.failure.message, "a failure without a message")
        if field is not None:
            check(failed.failure.field == field, f"names '{failed.failure.field}', not '{field}'")
        return
    raise AssertionError(f"answered, not refused with {status}: {answer}")


class Session:
    """What the steps share: the connection, the caller's token, and a name no other run has."""

    def __init__(self, arguments):
        self.arguments = arguments
        with open(arguments.token_file, "rb") as file:
            self.root = file.read().strip()
        self.run = f"python-{os.getpid()}-{time.time_ns()}"
        self.connection = Connection(arguments.address, arguments.ca)

    def issue(self, name, **fields):
        request = issue_pb2.IssueRequest(kind=model_pb2.TOKEN_KIND_CLIENT, name=name, **fields)
        request.projects.one = "default"
        request.environment = "development"
        return self.connection.call(service.METHOD_ISSUE, request, issue_pb2.IssueResponse)

    def validate(self, token, **fields):
        request = validate_pb2.ValidateRequest(token=token, **fields)
        return self.connection.call(
            service.METHOD_VALIDATE, request, validate_pb2.ValidateResponse
        )

    def expect(self, verdict, token, **fields):
        answer = self.validate(token, **fields)
        names = validate_pb2.ValidateResponse.DESCRIPTOR.fields_by_name
        said = names["verdict"].enum_type.values_by_number[answer.verdict].name
        check(said == f"VERDICT_{verdict}", f"{said}, not {verdict}")
        return answer

    def revoke(self, **fields):
        return self.connection.call(
            service.METHOD_REVOKE, revoke_pb2.RevokeRequest(**fields), revoke_pb2.RevokeResponse
        )


@step
def health_is_for_anyone(session):
    health = session.connection.call(
        service.METHOD_HEALTH, health_pb2.HealthRequest(), health_pb2.HealthResponse
    )
    check(health.status == health_pb2.SERVING_STATUS_SERVING, "is not SERVING")
    check(health.version, "has no version")
    check(0 < health.started_at.ToSeconds() <= time.time() + 60, "started at no moment")


@step
def a_call_before_authenticate_is_unauthenticated(session):
    refused(UNAUTHENTICATED, None, lambda: session.validate(session.root))


@step
def authenticate_says_who_the_caller_is(session):
    wrong = authenticate_pb2.AuthenticateRequest(token=made_up("*:*."))
    answer = authenticate_pb2.AuthenticateResponse
    refused(
        UNAUTHENTICATED,
        None,
        lambda: session.connection.call(service.METHOD_AUTHENTICATE, wrong, answer),
    )
    request = authenticate_pb2.AuthenticateRequest(token=session.root)
    caller = session.connection.call(service.METHOD_AUTHENTICATE, request, answer).caller
    check(caller.kind == model_pb2.TOKEN_KIND_ADMIN, "is not an ADMIN")
    check(len(caller.actor.token) == 16, "has no id of 16 bytes")
    again = session.connection.call(
        service.METHOD_WHO_AM_I,
        authenticate_pb2.WhoAmIRequest(),
        authenticate_pb2.WhoAmIResponse,
    )
    check(again.caller == caller, "WhoAmI says another")


@step
def issue_makes_a_token(session):
    issued = session.issue(f"{session.run} first", description="made by a test")
    value = issued.value
    form = rb"default:development\.[0-9a-f]{64}"
    check(re.fullmatch(form, value), "has not the form of its kind")
    check(int(value[-8:], 16) == zlib.crc32(value[:-8]), "has a wrong checksum")
    check(len(issued.token.id) == 16, "has no id of 16 bytes")
    check(issued.token.environment == "development", "is for another environment")
    check(issued.token.projects.one == "default", "is for another project")
    check(issued.token.state == model_pb2.TOKEN_STATE_ACTIVE, "is not active")
    check(issued.token.version == 1, "has another version than 1")
    check(issued.warnings, "never expires, and nothing warns of it")
    session.first = issued


@step
def an_idempotent_issue_makes_one_token(session):
    once = session.issue(f"{session.run} once", idempotency_key=session.run)
    again = session.issue(f"{session.run} once", idempotency_key=session.run)
    check(once.value and not once.replayed, "is replayed at first")
    check(again.replayed and not again.value, "is not replayed")
    check(once.token.id == again.token.id, "made two tokens")


@step
def issue_names_the_field_at_fault(session):
    call = session.connection.call
    request = issue_pb2.IssueRequest(kind=model_pb2.TOKEN_KIND_CLIENT, name="x")
    request.projects.one = "default"
    answer = issue_pb2.IssueResponse
    refused(
        INVALID_ARGUMENT, "environment", lambda: call(service.METHOD_ISSUE, request, answer)
    )
    request.environment = ""
    refused(
        INVALID_ARGUMENT, "environment", lambda: call(service.METHOD_ISSUE, request, answer)
    )
    request.environment = "development"
    request.projects.list.SetInParent()
    refused(
        INVALID_ARGUMENT, "projects.list", lambda: call(service.METHOD_ISSUE, request, answer)
    )


@step
def validate_asks_a_whole_question(session):
    value = session.first.value
    answer = session.expect("ALLOWED", value)
    check(answer.id == session.first.token.id, "has another id")
    check(answer.kind == model_pb2.TOKEN_KIND_CLIENT, "has another kind")
    check(answer.revision >= session.first.revision, "is older than the issue")
    check(not answer.HasField("details"), "tells details unasked")
    details = session.expect("ALLOWED", value, details=True).details
    check(details.name == f"{session.run} first", "has another name")
    check(details.projects.one == "default", "has another project")
    session.expect("ALLOWED", value, project="default", environment="development")
    session.expect("WRONG_KIND", value, kinds=[model_pb2.TOKEN_KIND_FRONTEND])
    session.expect("WRONG_PROJECT", value, project="elsewhere")
    session.expect("WRONG_ENVIRONMENT", value, environment="production")
    session.expect("MALFORMED", b"nothing")
    session.expect("MALFORMED", value[:-1] + (b"0" if value[-1:] != b"0" else b"1"))
    session.expect("NOT_FOUND", made_up("default:development."))
    session.expect("ALLOWED", value, min_revision=answer.revision)
    refused(UNAVAILABLE, None, lambda: session.validate(value, min_revision=1 << 62))
    refused(INVALID_ARGUMENT, "project", lambda: session.validate(value, project=""))


@step
def fields_of_a_later_version_are_passed_over(session):
    later = validate_pb2.ValidateRequest(token=session.first.value).SerializeToString()
    later += b"\xa0\x06\x05" + b"\xaa\x06\x03abc"
    answer = session.connection.call(
        service.METHOD_VALIDATE, later, validate_pb2.ValidateResponse
    )
    check(answer.verdict == model_pb2.VERDICT_ALLOWED, "is not ALLOWED")


@step
def a_batch_is_answered_in_order(session):
    request = validate_pb2.ValidateBatchRequest()
    for index in range(100):
        one = request.requests.add()
        one.token = session.first.value if index % 3 else made_up("default:development.")
    answer = session.connection.call(
        service.METHOD_VALIDATE_BATCH, request, validate_pb2.ValidateBatchResponse
    )
    check(len(answer.responses) == 100, "has another number of answers")
    for index, one in enumerate(answer.responses):
        expected = model_pb2.VERDICT_ALLOWED if index % 3 else model_pb2.VERDICT_NOT_FOUND
        check(one.verdict == expected, f"answer {index} has verdict {one.verdict}")


@step
def many_calls_are_in_flight(session):
    request = validate_pb2.ValidateRequest(token=session.first.value)
    waiting = {session.connection.start(service.METHOD_VALIDATE, request) for _ in range(200)}
    while waiting:
        call, answer = session.connection.finish(validate_pb2.ValidateResponse)
        check(answer.verdict == model_pb2.VERDICT_ALLOWED, "is not ALLOWED")
        waiting.remove(call)


@step
def get_and_list_show_tokens(session):
    call = session.connection.call
    first = session.first.token
    get = list_pb2.GetRequest(id=first.id)
    check(
        call(service.METHOD_GET, get, list_pb2.GetResponse).token.name == first.name,
        "Get shows another",
    )
    nobody = list_pb2.GetRequest(id=bytes(16))
    refused(NOT_FOUND, None, lambda: call(service.METHOD_GET, nobody, list_pb2.GetResponse))

    made = [session.issue(f"{session.run} page").token.id for _ in range(5)]
    listed, request = [], list_pb2.ListRequest(text=f"{session.run} page", page_size=2)
    for _ in range(10):
        page = call(service.METHOD_LIST, request, list_pb2.ListResponse)
        check(len(page.tokens) <= 2, "a page is longer than asked")
        listed += [token.id for token in page.tokens]
        request.page_token = page.next_page_token
        if not page.next_page_token:
            break
    check(listed == made, "the pages do not show what was issued, oldest first")


@step
def revoke_stops_tokens(session):
    value, token = session.first.value, session.first.token
    outcomes = session.revoke(ids=revoke_pb2.TokenIds(ids=[token.id, bytes(16)])).outcomes
    check([outcome.id for outcome in outcomes] == [token.id, bytes(16)], "answers others")
    results = [outcome.result for outcome in outcomes]
    expected = [revoke_pb2.REVOKE_RESULT_REVOKED, revoke_pb2.REVOKE_RESULT_NOT_FOUND]
    check(results == expected, f"results {results}, not {expected}")
    session.expect("REVOKED", value)
    again = session.revoke(ids=revoke_pb2.TokenIds(ids=[token.id])).outcomes[0].result
    check(again == revoke_pb2.REVOKE_RESULT_ALREADY_REVOKED, "is revoked twice")

    other = session.issue(f"{session.run} by value")
    outcome = session.revoke(value=other.value, reason="shown by mistake").outcomes[0]
    check(outcome.id == other.token.id, "revoked another")
    session.expect("REVOKED", other.value)
    shown = session.connection.call(
        service.METHOD_GET, list_pb2.GetRequest(id=other.token.id), list_pb2.GetResponse
    ).token
    check(shown.state == model_pb2.TOKEN_STATE_REVOKED, "is not shown as revoked")
    check(shown.revocation.reason == "shown by mistake", "has another reason")
    refused(INVALID_ARGUMENT, None, lambda: session.revoke())
    refused(
        INVALID_ARGUMENT, None, lambda: session.revoke(filter=revoke_pb2.RevokeFilter())
    )


@step
def tokens_are_updated_regenerated_and_copied(session):
    call = session.connection.call
    first = session.issue(f"{session.run} life")
    update = update_pb2.UpdateRequest(id=first.token.id, if_version=1, name="", description="new")
    updated = call(service.METHOD_UPDATE, update, update_pb2.UpdateResponse).token
    check((updated.name, updated.description, updated.version) == ("", "new", 2), "is not updated")
    update.description = "newer"
    answer = update_pb2.UpdateResponse
    refused(ABORTED, "if_version", lambda: call(service.METHOD_UPDATE, update, answer))

    request = regenerate_pb2.RegenerateRequest(id=first.token.id)
    request.overlap.seconds = 3600
    second = call(service.METHOD_REGENERATE, request, regenerate_pb2.RegenerateResponse)
    check(second.token.version == 3, "is not version 3")
    check(second.token.HasField("previous_valid_until"), "has no overlap")
    session.expect("ALLOWED", first.value)
    session.expect("ALLOWED", second.value)
    third = call(
        service.METHOD_REGENERATE,
        regenerate_pb2.RegenerateRequest(id=first.token.id),
        regenerate_pb2.RegenerateResponse,
    )
    session.expect("NOT_FOUND", first.value)
    session.expect("NOT_FOUND", second.value)
    session.expect("ALLOWED", third.value)

    copy = issue_pb2.IssueRequest(copy_of=first.token.id, name=f"{session.run} copy")
    copied = call(service.METHOD_ISSUE, copy, issue_pb2.IssueResponse)
    check(copied.token.description == "new", "has another description")
    check(copied.token.projects == third.token.projects, "has other projects")
    session.expect("ALLOWED", copied.value)
    session.revoke(ids=revoke_pb2.TokenIds(ids=[first.token.id, copied.token.id]))
    session.expect("REVOKED", third.value)
    request = regenerate_pb2.RegenerateRequest(id=first.token.id)
    refused(
        FAILED_PRECONDITION,
        "id",
        lambda: call(service.METHOD_REGENERATE, request, regenerate_pb2.RegenerateResponse),
    )


@step
def what_cannot_be_understood_fails_that_call_alone(session):
    call = session.connection.call
    answer = validate_pb2.ValidateResponse
    refused(INVALID_ARGUMENT, "token", lambda: call(service.METHOD_VALIDATE, b"\x0a\x05x", answer))
    refused(INVALID_ARGUMENT, "kinds", lambda: call(service.METHOD_VALIDATE, b"\x10\x63", answer))
    refused(UNIMPLEMENTED, None, lambda: call(999, b"", answer))
    refused(UNIMPLEMENTED, None, lambda: call(service.METHOD_STATS, b"", answer))
    session.connection.send(PING)
    kind, code, number, payload = session.connection.receive()
    check((kind, code, number, payload) == (PONG, 0, 0, b""), "a ping is not answered by a pong")


@step
def a_broken_frame_ends_its_connection_alone(session):
    for what, frame in {
        "a frame too long": dict(kind=1, length=(1 << 20) + 1),
        "an unknown kind": dict(kind=9),
        "flags": dict(kind=1, flags=1),
    }.items():
        other = Connection(session.arguments.address, session.arguments.ca)
        other.send(**frame)
        answer = other.receive()
        check(answer is not None and answer[0] == GOAWAY, f"{what}: no goaway")
        check(answer[1] != 0, f"{what}: a goaway without a status")
        check(failure_pb2.Failure.FromString(answer[3]).message, f"{what}: without a reason")
        check(other.receive() is None, f"{what}: the connection goes on")
        other.close()
    health_is_for_anyone(session)


def made_up(prefix):
    """A value that no authority issued, with a checksum that is right."""
    value = prefix.encode() + os.urandom(28).hex().encode()
    return value + b"%08x" % zlib.crc32(value)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", required=True, metavar="HOST:PORT")
    parser.add_argument("--ca", required=True, metavar="FILE")
    parser.add_argument("--token-file", required=True, metavar="FILE")
    session = Session(parser.parse_args())
    for function in steps:
        name = function.__name__.replace("_", " ")
        try:
            function(session)
        except (AssertionError, Failed, OSError, ValueError) as error:
            print(f"FAIL {name}: {error}", flush=True)
            return 1
        print(f"ok   {name}", flush=True)
    session.connection.close()
    return 0


sys.exit(main())
