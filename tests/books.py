#!/usr/bin/env python3
"""Re-checks the books of committed tables without any code of jogak: the Delta log is replayed by hand, Parquet is read
by pyarrow, and every sum is made anew from ledger, shards, quarantine and checkpoints.

    books.py [--units] TABLE_DIR...

Takes all output tables of one plan or of several; a directory above them stands for all tables in it. One line an
identity, with both sides. Ends with 0 when everything balances, 1 when something differs, 2 when it cannot start.
"""

import collections
import hashlib
import json
import pathlib
import sys
import urllib.parse

import pyarrow
import pyarrow.parquet as parquet

DIFFERS, OK, NOTE = "DIFFERS", "ok", "note"


class Report:
    """Identities as they are checked."""

    def __init__(self, show_units):
        self.show_units = show_units
        self.differences = 0
        self.identities = 0
        self.place = ""

    def line(self, mark, text):
        print(f"{mark:<8} {self.place}{text}")

    def same(self, what, left, right, terms="", quiet=False):
        """`left` must be `right`; `terms` shows what `right` is made of."""
        self.identities += 1
        shown = f"{what}: {left} = {terms or right}"
        if left == right:
            if not quiet or self.show_units:
                self.line(OK, shown)
        else:
            self.differences += 1
            equal = f" = {right}" if terms else ""
            by = f", {left - right:+}" if isinstance(left, int) and isinstance(right, int) else ""
            self.line(DIFFERS, f"{what}: {left} is not {terms or right}{equal}{by}")
        return left == right

    def total(self, what, left, terms, quiet=False):
        """`left` must be the sum of named terms."""
        shown = " + ".join(f"{value} {name}" for name, value in terms.items())
        return self.same(what, left, sum(terms.values()), shown, quiet)

    def wrong(self, text):
        self.identities += 1
        self.differences += 1
        self.line(DIFFERS, text)

    def note(self, text):
        self.line(NOTE, text)


def shorten(values, most=3):
    values = [str(value) for value in sorted(values, key=str)]
    more = f" and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(values[:most]) + more


class Table:
    """One output: its log replayed."""

    def __init__(self, root, report):
        self.root = root
        self.report = report
        self.live = {}  # path -> add action
        self.facts = []  # (version, facts), oldest first
        self.run_keys = collections.Counter()
        versions = sorted((root / "_delta_log").glob("[0-9]*.json"))
        numbers = [int(path.stem) for path in versions]
        report.same("versions of the log, without a gap", numbers, list(range(len(numbers))),
                    f"0 to {len(numbers) - 1}" if numbers else "none")
        for number, path in zip(numbers, versions):
            self.replay(number, path.read_text(encoding="utf-8"))
        if not self.facts:
            raise SystemExit(f"books.py: no version of {root} says what jogak did")

    def replay(self, version, text):
        for line in filter(None, text.split("\n")):
            action = json.loads(line)
            if facts := action.get("commitInfo", {}).get("jogak"):
                self.facts.append((version, facts))
                self.run_keys[facts["run_key"]] += 1
            if add := action.get("add"):
                path = urllib.parse.unquote(add["path"])
                if path in self.live:
                    self.report.wrong(f"version {version} adds '{path}', which is there already")
                self.live[path] = add
            if remove := action.get("remove"):
                path = urllib.parse.unquote(remove["path"])
                if self.live.pop(path, None) is None:
                    self.report.wrong(f"version {version} removes '{path}', which is not there")

    @property
    def newest(self):
        return self.facts[-1][1]

    @property
    def name(self):
        return self.newest["output"]

    def read(self, relative):
        """The bytes of a file of the table; none where it is missing."""
        path = self.root / relative
        return path.read_bytes() if path.is_file() else None

    def rows_of(self, file, what):
        """Rows of a Parquet file that the facts name by path, hash and rows."""
        data = self.read(file["path"])
        if data is None:
            self.report.wrong(f"{what} '{file['path']}' is named by the log and is not there")
            return []
        digest = hashlib.sha256(data).hexdigest()
        self.report.same(f"sha256 of {what} {file['path']}", digest, file["sha256"], quiet=True)
        try:
            rows = parquet.read_table(self.root / file["path"], partitioning=None).to_pylist()
        except (pyarrow.ArrowException, OSError) as error:
            self.report.wrong(f"{what} '{file['path']}' is no readable Parquet: {error}")
            return []
        self.report.same(f"rows of {what} {file['path']}", len(rows), file["rows"], quiet=True)
        return rows


def places(row):
    """How many places a row of the quarantine stands for, by code: `TOO_MANY` counts what is not listed."""
    if row["code"] == "TOO_MANY":
        return collections.Counter(json.loads(row["row_json"])["by_code"])
    return collections.Counter({row["code"]: 1})


def tally(rows):
    """How many places these rows stand for, by code."""
    found = collections.Counter()
    for row in rows:
        found.update(places(row))
    return found


def place_of(row):
    """The source record that a row was made from; none where the output does not say."""
    source = row.get("_src") or (row.get("provenance") or {}).get("source")
    if not source or source.get("object") is None:
        return None
    return source["object"], source.get("member_index"), source.get("record")


IDS = ("record_id", "episode_id", "path_id", "projection")


class Shards:
    """The data files of one output: what is in them, file by file."""

    def __init__(self, table, report):
        self.rows = {}  # path -> rows in the file
        self.places = {}  # path -> source records, or none where the output does not name them
        self.ids = collections.Counter()
        self.has_ids = True
        for path, add in sorted(table.live.items()):
            data = table.read(path)
            if data is None:
                report.wrong(f"data file '{path}' is named by the log and is not there")
                continue
            digest = hashlib.sha256(data).hexdigest()
            report.same(f"sha256 of {path}", digest, (add.get("tags") or {}).get("sha256"), quiet=True)
            report.same(f"bytes of {path}", len(data), add["size"], quiet=True)
            try:
                rows = self.read(path, parquet.ParquetFile(table.root / path))
            except (pyarrow.ArrowException, OSError) as error:
                report.wrong(f"data file '{path}' is no readable Parquet: {error}")
                continue
            stated = json.loads(add.get("stats") or "{}").get("numRecords")
            report.same(f"rows of {path}", rows, stated, quiet=True)
        report.same("rows in the data files", sum(self.rows.values()),
                    sum(json.loads(add.get("stats") or "{}").get("numRecords", 0) for add in table.live.values()))
        if self.has_ids and self.ids:
            twice = [key for key, count in self.ids.items() if count > 1]
            report.same("no row twice: rows by id", sum(self.ids.values()), len(self.ids),
                        f"{len(self.ids)} ids" + (f" (twice: {shorten(twice)})" if twice else ""))


    def read(self, path, file):
        names = set(file.schema_arrow.names)
        source = next((name for name in ("_src", "provenance") if name in names), None)
        ids = [name for name in IDS if name in names]
        rows, places = 0, set() if source else None
        for batch in file.iter_batches(columns=[source] * bool(source) + ids):
            rows += batch.num_rows
            for row in batch.to_pylist():
                if source:
                    places.add(place_of(row))
                self.ids[tuple(row[name] for name in ids)] += 1
        if not ids:
            self.has_ids = False
        if not ids and not source:
            rows = file.metadata.num_rows
        self.rows[path], self.places[path] = rows, None if places and None in places else places
        return rows


class Unit:
    """One unit, put together from ledger, checkpoint, quarantine and shards."""

    def __init__(self, number):
        self.number = number
        self.slices = []
        self.files = []  # (output, shard)
        self.seal = None
        self.quarantine = []

    @property
    def run_id(self):
        return self.slices[0]["run_id"]

    def sum(self, column):
        return sum(row[column] for row in self.slices)

    def shards(self, output):
        return [shard for name, shard in self.files if name == output]


class Books:
    """The tables of one plan."""

    def __init__(self, tables, report):
        self.report = report
        self.tables = {table.name: table for table in tables}
        facts = tables[0].newest
        self.primary = self.tables.get(facts["quarantine_table"])
        if self.primary is None:
            raise SystemExit(f"books.py: also name the table '{facts['quarantine_table']}', which holds the quarantine")
        self.facts = self.primary.newest
        for part in ("run_id", "run_key", "plan_identity"):
            found = {table.newest[part] for table in tables}
            report.same(f"the newest commit of all outputs is of one {part}", sorted(found), [self.facts[part]])
        ledgers = {table.newest["ledger"]["sha256"] for table in tables}
        report.same("all outputs name the same ledger", sorted(ledgers), [self.facts["ledger"]["sha256"]])
        for table in tables:
            twice = [key for key, count in table.run_keys.items() if count > 1]
            report.same(f"{table.name}: versions by run key", sum(table.run_keys.values()), len(table.run_keys),
                        f"{len(table.run_keys)} run keys" + (f" (twice: {shorten(twice)})" if twice else ""))
        self.ledger = self.primary.rows_of(self.facts["ledger"], "ledger")
        for table in tables:
            if table is not self.primary:
                table.rows_of(table.newest["ledger"], f"{table.name}: ledger")
        self.units = {}
        for row in self.ledger:
            unit = self.units.setdefault(row["unit"], Unit(row["unit"]))
            unit.slices.append(row)
            if row["files_json"]:
                unit.files += [(file["output"], file["shard"]) for file in json.loads(row["files_json"])]
        self.quarantine = self.read_quarantine()
        self.read_seals()
        self.shards = {}
        for name, table in self.tables.items():
            report.place = f"{name}: "
            self.shards[name] = Shards(table, report)
        report.place = ""

    def read_quarantine(self):
        """Rows of the quarantine by run; earlier runs' files are named by earlier versions."""
        rows, seen = collections.defaultdict(list), set()
        for _, facts in self.primary.facts:
            for file in facts["quarantine"]:
                if file["path"] in seen:
                    continue
                seen.add(file["path"])
                for row in self.primary.rows_of(file, "quarantine"):
                    rows[facts["run_id"]].append(row)
                    unit = self.units.get(row["unit"])
                    if unit and unit.run_id == facts["run_id"]:
                        unit.quarantine.append(row)
        return rows

    def read_seals(self):
        """The checkpoint of each unit: the one that names exactly the files that the ledger names."""
        for unit in self.units.values():
            if unit.slices[0]["outcome"] != "read":
                continue
            folder = self.primary.root / "_jogak" / "runs" / unit.run_id / "ckpt"
            wanted = sorted((name, shard["path"], shard["sha256"]) for name, shard in unit.files)
            for path in sorted(folder.glob(f"{unit.number:06}-*.json")):
                seal = json.loads(path.read_text(encoding="utf-8"))
                named = [(o["name"], s["path"], s["sha256"]) for o in seal["outputs"] for s in o["shards"]]
                if sorted(named) == wanted:
                    unit.seal = seal
            if unit.seal is None and any(folder.glob("*.json")):
                self.report.wrong(f"unit {unit.number}: no checkpoint of run {unit.run_id} names the ledger's files")
        # `jogak vacuum` removes the checkpoints of a run once it is committed everywhere, all of them.
        swept = {unit.run_id for unit in self.units.values() if unit.slices[0]["outcome"] == "read" and not unit.seal}
        if swept and self.report.differences == 0:
            self.report.note(f"no checkpoints are left of {shorten(swept)}: what they said is not compared")

    def check(self):
        self.check_files()
        self.check_slices()
        self.check_digests()
        before, wrong = self.report.identities, self.report.differences
        sealed = [self.units[number] for number in sorted(self.units) if self.units[number].seal]
        for unit in sealed:
            self.check_unit(unit)
        self.report.place = ""
        if self.report.differences == wrong:
            self.report.line(OK, f"members, records and rows of each of {len(sealed)} units: "
                                 f"{self.report.identities - before} identities")
        self.check_run()

    def check_files(self):
        """Log and ledger name the same files, and each file belongs to one unit."""
        outputs = {name for unit in self.units.values() for name, _ in unit.files}
        outputs |= {output["name"] for unit in self.units.values() if unit.seal for output in unit.seal["outputs"]}
        for name in sorted(outputs - set(self.tables)):
            self.report.wrong(f"output '{name}' is in the ledger and has no table here: it was not committed, or its "
                              "directory was not named")
        for name, table in self.tables.items():
            named = [shard["path"] for unit in self.units.values() for shard in unit.shards(name)]
            twice = [path for path, count in collections.Counter(named).items() if count > 1]
            self.report.same(f"{name}: files of the ledger, each once", len(named), len(set(named)),
                             f"{len(set(named))} files" + (f" (twice: {shorten(twice)})" if twice else ""))
            missing, strange = set(named) - set(table.live), set(table.live) - set(named)
            what = f"{name}: files of the log are those of the ledger"
            for where, paths in (("ledger", missing), ("log", strange)):
                if paths:
                    self.report.wrong(f"{what}: only the {where} has {shorten(paths)}")
            if not missing and not strange:
                self.report.same(what, len(table.live), len(set(named)))
            for unit in self.units.values():
                for shard in unit.shards(name):
                    add = table.live.get(shard["path"], {})
                    said = ((add.get("tags") or {}).get("sha256"), add.get("size"))
                    self.report.same(f"{name}: sha256 and bytes of {shard['path']} in log and ledger", said,
                                     (shard["sha256"], shard["bytes"]), quiet=True)
            on_disk = {str(p.relative_to(table.root)) for p in (table.root / "data").rglob("*.parquet")}
            if orphans := on_disk - set(table.live):
                self.report.note(f"{name}: {len(orphans)} files that no version holds now: {shorten(orphans)}")

    def check_digests(self):
        """What was read of each input has its sha256, the same in ledger and checkpoint."""
        report, digests = self.report, 0
        wrong = report.differences
        for unit in self.units.values():
            sealed = {(piece["object"], piece["range_start"]): piece for piece in (unit.seal or {}).get("slices", [])}
            for row in unit.slices:
                if row["outcome"] != "read":
                    continue
                place, kind = f"{row['object']} from byte {row['range_start']}", row.get("sha256_of")
                digest = row.get("sha256") or ""
                is_hex = len(digest) == 64 and set(digest) <= set("0123456789abcdef")
                if kind not in ("object", "ranges") or not is_hex:
                    report.wrong(f"what was read of {place} has no sha256: '{digest}' of '{kind}'")
                digests += 1
                if unit.seal is None:
                    continue
                piece = sealed.get((row["object"], row["range_start"]), {})
                report.same(f"sha256 of what was read of {place}, in ledger and checkpoint", (digest, kind),
                            (piece.get("sha256"), piece.get("sha256_of")), quiet=True)
        if report.differences == wrong:
            report.line(OK, f"sha256 of what was read: {digests} pieces of inputs")

    def check_slices(self):
        """No piece of an object is in two units."""
        ranges = collections.defaultdict(list)
        for row in self.ledger:
            if row["outcome"] == "read":
                ranges[row["source"], row["object"]].append((row["range_start"], row["range_end"], row["unit"]))
        overlapping = [
            f"{key[1]} in units {a[2]} and {b[2]}"
            for key, pieces in ranges.items()
            for a, b in zip(sorted(pieces), sorted(pieces)[1:])
            if b[0] < a[1] or (b[0], b[1]) == (a[0], a[1])
        ]
        self.report.same("pieces of objects that two units read", len(overlapping), 0, shorten(overlapping) or "0")
        prints = collections.defaultdict(set)
        for row in self.ledger:
            prints[row["source"], row["object"]].add(row["fingerprint"])
        mixed = [key[1] for key, found in prints.items() if len(found) > 1]
        self.report.same("objects in two states in one ledger", len(mixed), 0, shorten(mixed) or "0")

    def check_unit(self, unit):
        report, seal = self.report, unit.seal
        report.place = f"unit {unit.number}: "
        read = seal["input"]
        for name in ("members", "members_decoded", "members_partly", "members_quarantined", "records_quarantined"):
            report.same(f"{name} in ledger and checkpoint", unit.sum(name), read[name], quiet=True)
        report.total("members", unit.sum("members"), {
            "decoded": read["members_decoded"], "partly decoded": read["members_partly"],
            "quarantined": read["members_quarantined"],
        }, quiet=True)
        report.same("records delivered in ledger and checkpoint", unit.sum("records"), read["records_delivered"],
                    quiet=True)
        report.total("records", read["records"], {
            "delivered": unit.sum("records"), "quarantined": read["records_quarantined"],
        }, quiet=True)
        inputs = [row for row in unit.quarantine if row["grain"] in ("member", "record")]
        report.same("quarantined members and records in ledger and quarantine", unit.sum("quarantined"),
                    sum(tally(inputs).values()), quiet=True)
        objects = {row["object"] for row in unit.slices}
        for output in seal["outputs"]:
            self.check_unit_output(unit, objects, output)

    def check_unit_output(self, unit, objects, output):
        report, name, counts = self.report, output["name"], output["counts"]
        if name not in self.shards:
            return
        shards = self.shards[name]
        written = sum(shards.rows.get(shard["path"], 0) for shard in unit.shards(name))
        report.same(f"{name}: rows written in ledger and data files",
                    sum(shard["rows"] for shard in unit.shards(name)), written, quiet=True)
        mine = [row for row in unit.quarantine if row["grain"] == "row" and row["scope"] == name]
        rejected = sum(row["code"] != "CHECK" for row in mine)
        failed = collections.Counter(row["rule"] for row in mine if row["code"] == "CHECK")
        dropped = counts.get("dropped", {})
        for check, count in dropped.items():
            # Rows of a check with `on_fail: drop` are counted and kept nowhere.
            if failed[check]:
                report.same(f"{name}: rows that '{check}' took out, in checkpoint and quarantine", count, failed[check],
                            quiet=True)
        report.total(f"{name}: rows out", counts["rows_out"], {
            "written": written, "rejected": rejected, "dropped": sum(dropped.values()),
        }, quiet=True)
        delivered, with_rows = unit.sum("records"), counts.get("records_with_rows")
        if with_rows is not None:
            report.same(f"{name}: records with rows are at most those delivered", max(with_rows, delivered), delivered,
                        quiet=True)
        places = [shards.places.get(shard["path"]) for shard in unit.shards(name)]
        if all(place is not None for place in places):
            found = set().union(*places)
            strangers = {place[0] for place in found} - objects
            report.same(f"{name}: rows from objects of other units", len(strangers), 0, shorten(strangers) or "0",
                        quiet=True)
            found |= {(row["object"], row["member_index"], row["record"]) for row in mine if row["object"]}
            if with_rows is not None and not sum(dropped.values()):
                report.same(f"{name}: records with rows in checkpoint and rows", with_rows, len(found), quiet=True)

    def check_run(self):
        """The run that was committed last, in total: its facts against everything else."""
        report, facts, run_id = self.report, self.facts, self.facts["run_id"]
        counts, report.place = facts["counts"], "last run: "
        mine = [unit for unit in self.units.values() if unit.run_id == run_id]
        seals = [unit.seal for unit in mine if unit.seal]
        rows = self.quarantine[run_id]
        settled = {(row["source"], row["object"]): row for row in self.ledger}
        objects, outcome = counts["objects"], collections.Counter()
        for row in settled.values():
            outcome["before" if row["run_id"] != run_id else "failed" if row["outcome"] == "failed" else "read"] += 1
        report.total("objects listed", objects["listed"], {
            "read": objects["read"], "already committed": objects["already_committed"], "failed": objects["failed"],
        })
        report.same("objects read, in facts and ledger", objects["read"], outcome["read"])
        report.same("objects failed, in facts and ledger", objects["failed"], outcome["failed"])
        # With --prune all that vanished has left, without it all of it stays; the facts do not say which.
        stayed = objects["vanished"] if outcome["before"] > objects["already_committed"] else 0
        report.total("objects of earlier runs in the ledger", outcome["before"], {
            "already committed": objects["already_committed"], "vanished and kept": stayed,
        })
        archives = sum(row["grain"] == "archive" for row in rows)
        report.same("objects failed, in facts and quarantine", objects["failed"], archives)

        read = counts["input"]
        listed_members = sum(tally(row for row in rows if row["grain"] == "member" and row["unit"] is None).values())
        of_units = lambda name: sum(unit.sum(name) for unit in mine)
        in_units = sum(unit.sum("members") for unit in mine)
        report.total("members", read["members"], {
            "decoded": of_units("members_decoded"), "partly decoded": of_units("members_partly"),
            "quarantined in units": of_units("members_quarantined"), "quarantined in the listing": listed_members,
            "pruned": read["members_pruned"],
        })
        report.total("members, in facts and ledger", read["members"], {
            "in units": in_units, "quarantined in the listing": listed_members, "pruned": read["members_pruned"],
        })
        for kind in ("decoded", "partly"):
            report.same(f"members {kind}, in facts and units", read[f"members_{kind}"], of_units(f"members_{kind}"))
        report.same("members quarantined, in facts and elsewhere", read["members_quarantined"],
                    of_units("members_quarantined") + listed_members)
        delivered = sum(unit.sum("records") for unit in mine)
        report.total("records", read["records"], {
            "delivered": delivered, "quarantined": of_units("records_quarantined"),
        })
        report.same("records delivered, in facts and ledger", read["records_delivered"], delivered)
        report.same("records quarantined, in facts and units", read["records_quarantined"],
                    of_units("records_quarantined"))
        by_code = tally(row for row in rows if row["grain"] != "row")
        report.same("quarantined by code, in facts and quarantine", dict(sorted(counts["quarantined_by_code"].items())),
                    dict(sorted(by_code.items())))
        for name, table in self.tables.items():
            report.place = f"last run: {name}: "
            self.check_run_output(name, table, mine, seals, rows, delivered)
        report.place = ""

    def check_run_output(self, name, table, mine, seals, rows, delivered):
        report, shards = self.report, self.shards[name]
        if table.newest["run_id"] != self.facts["run_id"]:
            return
        counts = table.newest["counts"]["output"]
        written = sum(shards.rows.get(shard["path"], 0) for unit in mine for shard in unit.shards(name))
        refused = [row for row in rows if row["grain"] == "row" and row["scope"] == name]
        rejected = collections.Counter(row["code"] for row in refused if row["code"] != "CHECK")
        failed = collections.Counter(row["rule"] for row in refused if row["code"] == "CHECK")
        dropped = counts.get("dropped", {})
        report.total("rows out", counts["rows_out"], {
            "written": written, "rejected": sum(rejected.values()), "dropped by checks": sum(dropped.values()),
        })
        report.same("rows written, in facts and data files", counts["written"], written)
        report.same("rows rejected by code, in facts and quarantine", dict(sorted(counts.get("rejected", {}).items())),
                    dict(sorted(rejected.items())))
        for check, count in sorted(dropped.items()):
            if failed[check]:
                report.same(f"rows that '{check}' took out, in facts and quarantine", count, failed[check])
            else:
                report.note(f"{count} rows that '{check}' dropped are kept nowhere: the count is all there is")
        if strange := set(failed) - set(dropped):
            report.wrong(f"the quarantine holds rows of checks that the facts do not name: {shorten(strange)}")
        of_units = collections.Counter()
        for seal in seals:
            for output in seal["outputs"]:
                if output["name"] == name:
                    of_units["rows_out"] += output["counts"]["rows_out"]
                    of_units["with"] += output["counts"].get("records_with_rows") or 0
        if whole := len(seals) == sum(unit.slices[0]["outcome"] == "read" for unit in mine):
            report.same("rows out, in facts and units", counts["rows_out"], of_units["rows_out"])
        with_rows = counts.get("records_with_rows")
        if with_rows is None:
            report.note("rows do not lead back to records, so records with and without rows cannot be told apart")
        else:
            if whole:
                report.same("records with rows, in facts and units", with_rows, of_units["with"])
            without = delivered - with_rows
            report.total("records delivered", delivered, {"with rows": with_rows, "with none": max(without, 0)})


def find_tables(arguments):
    roots = []
    for argument in map(pathlib.Path, arguments):
        if not argument.is_dir():
            raise SystemExit(f"books.py: '{argument}' is no directory")
        found = [argument] if (argument / "_delta_log").is_dir() else sorted(
            path.parent for path in argument.rglob("_delta_log") if path.is_dir())
        if not found:
            raise SystemExit(f"books.py: there is no table at or below '{argument}'")
        roots += [root for root in found if root not in roots]
    return roots


def main(arguments):
    show_units = "--units" in arguments
    places = [argument for argument in arguments if argument != "--units"]
    if not places or any(place.startswith("-") for place in places):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        roots = find_tables(places)
        report, plans = Report(show_units), collections.defaultdict(list)
        for root in roots:
            report.place = f"{root.name}: "
            table = Table(root, report)
            # The outputs of one plan lie side by side.
            plans[root.parent, table.newest["plan"]].append(table)
        for (place, plan), tables in plans.items():
            report.place = ""
            print(f"\n{plan} at {place}: {', '.join(table.name for table in tables)}")
            before = report.differences
            books = Books(tables, report)
            books.check()
            units = len(books.units)
            print(f"{plan}: {units} units, {len(books.ledger)} ledger rows, {report.differences - before} differences")
    except SystemExit as stop:
        print(stop.code, file=sys.stderr)
        return 2
    print(f"\n{report.identities} identities, {report.differences} differ")
    return 1 if report.differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
