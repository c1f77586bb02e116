# An agent loop written by hand, and the twenty lines that show it in Backseat: tell, flush, and a tell where something happens.
# Run: python3 docs/connect/python-loop.py     (BACKSEAT_URL, if it is not at http://127.0.0.1:4680). Python 3.8 or newer, nothing to install.
import json, os, sys, time, urllib.error, urllib.request

URL = os.environ.get("BACKSEAT_URL", "http://127.0.0.1:4680")
SESSION = os.environ.get("BACKSEAT_SESSION", "loop-%d" % (time.time() * 1000))
waiting, count, sent_at = [], 0, time.time()


def tell(type, **fields):
    global count
    count += 1
    fields = {name: value for name, value in fields.items() if value is not None}
    waiting.append({"type": type, "id": "e%d" % count, "order": count, "sessionId": SESSION, "occurredAt": time.time() * 1000, **fields})
    if time.time() - sent_at > 0.1:
        flush()


def flush():
    global sent_at
    sent_at = time.time()
    request = urllib.request.Request(URL + "/api/v1/events", json.dumps(waiting).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            for fault in json.load(answer)["rejected"]:
                print("backseat:", fault["message"], file=sys.stderr)
        waiting.clear()
    except urllib.error.HTTPError as error:
        print("backseat:", error.read().decode(), file=sys.stderr)
        if error.code < 429:
            waiting.clear()  # would be refused again; anything else is sent again with the same ids, and nothing counts twice
    except OSError as error:
        print("backseat:", error, file=sys.stderr)


# Stands in for the call of a model that streams its answer; put yours here, and leave simulated out below.
def model(prompt):
    rewrite = "from math import fsum\n\ntotal = lambda items: fsum(float(item) for item in items if item is not None)\n"
    first = "def add(numbers):\n    result = 0\n    for number in numbers:\n        result = result + number\n    return result\n"
    for piece in (rewrite if prompt.startswith("Review") else first).splitlines(keepends=True):
        time.sleep(0.03)
        yield piece


def turn(turn_id, agent_id, prompt, task_id=None):
    tell("turn.started", turnId=turn_id, agentId=agent_id, taskId=task_id)
    text, tokens = "", 0
    for piece in model(prompt):
        tokens += len(piece.split())
        tell("turn.streamed", turnId=turn_id, outputTokens=tokens, offset=len(text), text=piece)
        text += piece
    tell("turn.ended", turnId=turn_id, agentId=agent_id, taskId=task_id, finish="stop", usage={"outputTokens": tokens, "estimated": True}, output=text)
    return text


tell("session.started", title="A loop of my own (simulated)", framework="own", simulated=True)
tell("agent.joined", agentId="lead", model="stand-in")
tell("agent.joined", agentId="coder", parentId="lead", model="stand-in")

brief = "Write add.py: a function that adds numbers."
tell("task.delegated", taskId="t1", by="lead", to="coder", brief=brief, outputs=["add.py"])
draft = turn("turn-1", "coder", brief, "t1")
tell("artifact.written", agentId="coder", path="add.py", taskId="t1", turnId="turn-1", change={"kind": "content", "content": draft})
tell("task.ended", taskId="t1", status="completed", by="coder", result="Wrote add.py.")

rewrite = turn("turn-2", "lead", "Review add.py, and rewrite it if you like.")
tell("artifact.written", agentId="lead", path="add.py", turnId="turn-2", change={"kind": "content", "content": rewrite})
tell("session.ended", status="completed")
for attempt in range(5):
    if waiting:
        flush()
