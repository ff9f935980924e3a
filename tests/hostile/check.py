"""Compares a table made of the corpus with cases.csv: python check.py OUTDIR TABLE_DIR [--only ID_PREFIX] [--quick]

OUTDIR is what make.py wrote and the run read as its root; TABLE_DIR is the Delta table (…/hostile/records). Needs
pyarrow and duckdb. Prints one line a case (all with --all, else only those that differ); exit 1 on any difference.

cases.csv, one line a case; the first line whose pattern fits an object is the object's case:
  id, path      name of the case; patterns (`|` between several) of the objects that belong to it, `*` crosses folders
  what          the hazard
  reference     what was asked for: OK, or codes (Q = any), E = refused as a whole
  records       records that are delivered, over all objects of the case
  quarantine    CODE:rows, `|` between several; empty: nothing is set aside
  level         where: object, member, record, or several with `|`
  slow          whether the case takes too long for every change: --quick leaves it out
  values        optional: JSON list of [id, text, value] of all delivered records, in any order
  notes         why, where that is not plain
"""

import argparse
import collections
import csv
import fnmatch
import glob
import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pyarrow.parquet as parquet

GRAINS = {"archive": "object"}


def read_log(table):
    """Data files of the newest version, and the runs whose quarantine belongs to it."""
    files, runs = set(), []
    for log in sorted(Path(table, "_delta_log").glob("*.json")):
        for line in log.read_text().splitlines():
            action = json.loads(line)
            if "add" in action:
                files.add(unquote(action["add"]["path"]))
            elif "remove" in action:
                files.discard(unquote(action["remove"]["path"]))
            elif "commitInfo" in action:
                runs.append(action["commitInfo"]["jogak"]["run_id"])
    return [os.path.join(table, file) for file in sorted(files)], runs


def read_quarantine(table, runs):
    rows = []
    for run in runs:
        for file in sorted(glob.glob(os.path.join(table, "_jogak/quarantine", run, "**/*.parquet"), recursive=True)):
            rows += parquet.ParquetFile(file).read().to_pylist()
    return rows


def whole(key):
    """The object that a piece of a cut archive belongs to."""
    key = re.sub(r"\.(part\d+|\d{3,})$", "", key)
    return re.sub(r"\.z\d\d+$", ".zip", key)


def case_of(cases, key, cache=None):
    if cache is None:
        cache = {}
    if key not in cache:
        outer = key.split("!")[0]

        def fits(case):
            return any(fnmatch.fnmatchcase(outer, pattern) for pattern in case["path"].split("|"))

        cache[key] = next((case["id"] for case in cases if fits(case)), None)
    return cache[key]


def tally(counter):
    return "|".join(f"{name}:{count}" for name, count in sorted(counter.items()))


def shown(outcome):
    records, codes, level = outcome
    return f"{records} records [{codes}] {level}".rstrip()


def rows_of(connection, objects):
    names = ",".join("'" + name.replace("'", "''") + "'" for name in objects)
    found = connection.sql(f"SELECT id, text, value FROM data WHERE object IN ({names})").fetchall()
    return sorted(map(list, found), key=repr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("table")
    parser.add_argument("--only", default="", help="cases whose id begins like this")
    parser.add_argument("--all", action="store_true", help="print cases that agree as well")
    parser.add_argument("--quick", action="store_true", help="leave slow cases out, as make.py did")
    args = parser.parse_args()
    with open(Path(__file__).with_name("cases.csv"), newline="", encoding="utf-8") as file:
        cases = [case for case in csv.DictReader(file) if not (args.quick and case["slow"])]

    objects = collections.defaultdict(set)
    unknown = set()
    for path in Path(args.corpus).rglob("*"):
        if path.is_file():
            key = whole(str(path.relative_to(args.corpus)))
            case = case_of(cases, key)
            (objects[case] if case else unknown).add(key)

    files, runs = read_log(args.table)
    connection = duckdb.connect()
    connection.sql(f"CREATE VIEW data AS SELECT * FROM read_parquet({files!r}, hive_partitioning = false)")
    delivered, written = collections.Counter(), collections.defaultdict(set)
    for key, count in connection.sql("SELECT object, count(*) FROM data GROUP BY ALL").fetchall():
        case = case_of(cases, key)
        if case is None:
            unknown.add(key)
        delivered[case] += count
        written[case].add(key)
    twice = connection.sql(
        "SELECT object, member_index, record, count(*) FROM data GROUP BY ALL HAVING count(*) > 1 LIMIT 20"
    ).fetchall()
    codes, levels = collections.defaultdict(collections.Counter), collections.defaultdict(set)
    for row in read_quarantine(args.table, runs):
        case = case_of(cases, row["object"])
        if case is None:
            unknown.add(row["object"])
        codes[case][row["code"]] += 1
        levels[case].add(GRAINS.get(row["grain"], row["grain"]))

    differ = checked = 0
    for case in cases:
        name = case["id"]
        if not name.startswith(args.only):
            continue
        checked += 1
        expected = (int(case["records"]), case["quarantine"], case["level"])
        actual = (delivered[name], tally(codes[name]), "|".join(sorted(levels[name])))
        problems = []
        if not objects[name]:
            problems.append("no such file in the corpus")
        if expected != actual:
            problems.append(f"expected {shown(expected)}, found {shown(actual)}")
        if case["values"]:
            wanted = sorted(json.loads(case["values"]), key=repr)
            found = rows_of(connection, written[name]) if written[name] else []
            if wanted != found:
                problems.append(f"values: expected {wanted}, found {found}")
        differ += bool(problems)
        if problems or args.all:
            print(f"{'DIFFERS' if problems else 'ok':8}{name}: {'; '.join(problems) or shown(actual)}")
            if problems and case["notes"]:
                print(f"{'':8}{case['notes']}")
    for key in sorted(unknown):
        print(f"DIFFERS {key}: no case fits this object")
    for row in twice:
        print(f"DIFFERS delivered more than once: {row}")
    print(f"{checked} cases, {differ} differ", file=sys.stderr)
    sys.exit(1 if differ or unknown or twice else 0)


if __name__ == "__main__":
    main()
