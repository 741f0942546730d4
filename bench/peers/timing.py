"""Run in a peer's own environment: the milliseconds of each lap, and the words that titles are made of."""

import random
import time

WORDS = ("客户", "投诉", "退货", "物流", "发票", "延迟", "质量", "服务", "电话", "回访")
WANTED = "退货物流"


def laps(act, many):
    """Each lap's milliseconds; one lap before warms up."""
    act()
    found = []
    for _ in range(many):
        began = time.perf_counter()
        act()
        found.append((time.perf_counter() - began) * 1000)
    return found


def title():
    return "".join(random.choices(WORDS, k=5))
