"""Writes the corpus of bad input: python make.py OUTDIR [--quick]

One file or folder a case, named by the case's id; cases.csv says what must come of each. With --quick, cases that
cases.csv calls slow are left out. Standard library only, and the same bytes on every run: no clock, and random numbers
only from a fixed seed.
"""

import csv
import sys
from pathlib import Path

import archives
import columnar
import images
import json_labels
import json_suite
import office
import tars


class Corpus:
    """The folder that is written to."""

    def __init__(self, root, left_out):
        self.root = Path(root)
        self.left_out = left_out
        self.files = 0

    def wants(self, path):
        """Whether the case of this path is written."""
        return path.split("/")[0] not in self.left_out

    def put(self, path, data):
        """Writes one file; the folder names the case. `data` may be a function that is asked where it is needed."""
        if not self.wants(path):
            return
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise SystemExit(f"{path} is written twice")
        target.write_bytes(data() if callable(data) else data)
        self.files += 1


def slow_cases():
    with open(Path(__file__).with_name("cases.csv"), newline="", encoding="utf-8") as file:
        return {case["id"] for case in csv.DictReader(file) if case["slow"]}


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--quick"]
    if len(arguments) != 1 or arguments[0].startswith("-"):
        raise SystemExit(__doc__)
    root = Path(arguments[0])
    if root.exists() and any(root.iterdir()):
        raise SystemExit(f"{root} is not empty")
    corpus = Corpus(root, slow_cases() if "--quick" in sys.argv else set())
    for module in (archives, tars, json_labels, json_suite, columnar, office, images):
        module.make(corpus)
    print(f"{corpus.files} files in {root}", file=sys.stderr)


if __name__ == "__main__":
    main()
