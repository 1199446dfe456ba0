"""Plays and grades trials, each in its own folder: python3 play_and_grade.py FOLDER < trials.json

Takes a list of {"workspace": {path: text}, "verifier": text, "calls": [tool call]}; prints one line of checks a trial. Verifiers
run in this interpreter, for to start one costs more than the verifier itself.
"""

import contextlib
import io
import json
import os
import subprocess
import sys


def put(path, content):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(content)


def play(call):
    if call["tool"] == "write":
        put(call["path"], call["content"])
    elif call["tool"] == "exec":
        subprocess.run(["sh", "-c", call["command"]], check=False, stderr=subprocess.DEVNULL)
    elif call["tool"] != "finish":
        raise ValueError(f"a trial cannot play {call['tool']}")


for index, trial in enumerate(json.load(sys.stdin)):
    folder = f"{sys.argv[1]}/{index}"
    os.makedirs(folder)
    os.chdir(folder)
    for path, text in trial["workspace"].items():
        put(path, text)
    for call in trial["calls"]:
        play(call)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(trial["verifier"], "check.py", "exec"), {"__name__": "__main__"})
    print(printed.getvalue().strip().splitlines()[-1])
