"""Puts each case on standard input to the snippet of docs/webhooks.md and prints what it said of them."""

import json
import sys

from verify_webhook import verify_simple, verify_webhook


def answer(case):
    body = case["body"].encode()
    if case["simple"] is not None:
        return verify_simple(case["secret"], case["simple"], body)
    return verify_webhook(case["secret"], case["headers"], body, case["now"])


print(json.dumps([answer(case) for case in json.loads(sys.stdin.buffer.read())]))
