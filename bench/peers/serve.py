"""Answers the questions of `bench/run.mjs`: a JSON line in for each, a JSON line out."""

import json
import sys
import time


def serve(measures):
    """Each measure does a piece of work and gives how many samples it took, or (samples, further figures).

    A question is {"measure": name, "seconds": s}: the work is repeated until that long has passed, and done once at least.
    """
    for line in sys.stdin:
        question = json.loads(line)
        if question["measure"] not in measures:
            answer = {"error": f"no measure {question['measure']}"}
        else:
            samples, figures = 0, {}
            start = time.perf_counter()
            while True:
                result = measures[question["measure"]]()
                count, figures = result if isinstance(result, tuple) else (result, {})
                samples += count
                seconds = time.perf_counter() - start
                if seconds >= question.get("seconds", 0):
                    break
            answer = {"samples": samples, "seconds": seconds, **figures}
        print(json.dumps(answer), flush=True)
