"""Writes the corpus of bad input: python make.py OUTDIR

One file or folder a case, named by the case's id; cases.csv says what must come of each. Standard library only, and the
same bytes on every run: no clock, and random numbers only from a fixed seed.
"""

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

    def __init__(self, root):
        self.root = Path(root)
        self.files = 0

    def put(self, path, data):
        """Writes one file; the folder names the case."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise SystemExit(f"{path} is written twice")
        target.write_bytes(data)
        self.files += 1


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        raise SystemExit(__doc__)
    root = Path(sys.argv[1])
    if root.exists() and any(root.iterdir()):
        raise SystemExit(f"{root} is not empty")
    corpus = Corpus(root)
    for module in (archives, tars, json_labels, json_suite, columnar, office, images):
        module.make(corpus)
    print(f"{corpus.files} files in {root}", file=sys.stderr)


if __name__ == "__main__":
    main()
