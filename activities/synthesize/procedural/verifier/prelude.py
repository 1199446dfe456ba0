"""Grades what an agent left in the current directory against SPEC; prints one flat JSON object of binary checks.

Nothing below the directory is trusted: only regular files of bounded size are read, links are never followed, and
nothing is imported or run from there. Whatever cannot be read fails its check.
"""

import hashlib
import json
import os
import re
import stat

SPEC = json.loads(r"""@SPEC@""")
SIZE_LIMIT = 1_000_000
FILE_LIMIT = 2_000


def read(path):
    """The bytes of a regular file reached through real folders, or None."""
    parts = path.split("/")
    try:
        for depth in range(1, len(parts)):
            if not stat.S_ISDIR(os.lstat("/".join(parts[:depth])).st_mode):
                return None
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        # Neither follows a link nor waits for a pipe, should the name have come to stand for one since.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError):
        return None
    return content if len(content) <= SIZE_LIMIT else None


def read_lines(path):
    """Lines without their ends; None when the file is missing, empty, not UTF-8 or a plain copy of an input."""
    content = read(path)
    if not content or hashlib.sha256(content).hexdigest() in SPEC["inputs"].values():
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    lines = [line.rstrip() for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines or None


def has_digest(path, digest):
    content = read(path)
    return content is not None and hashlib.sha256(content).hexdigest() == digest


def listing():
    """Every path that is not a folder, or None when there are too many to be an honest result."""
    found = set()
    for folder, folders, files in os.walk("."):
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        found.update(os.path.relpath(os.path.join(folder, name), ".") for name in files + links)
        if len(found) > FILE_LIMIT:
            return None
    return found


def same_number(text, value):
    """True when text is a plain decimal number of the same value: "42" and "42.00" are."""
    match = re.fullmatch(r"\+?(-?[0-9]{1,30})(?:\.([0-9]{1,20}))?", text)
    return match is not None and match[1] == str(value) and not (match[2] or "").strip("0")
