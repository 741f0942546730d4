"""Backup and restore with real processes: the round trip, what was erased since, what is refused, what is damaged."""

import contextlib
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from keguan.database import DatabaseFault
from keguan.database.backup import check
from keguan.database.embedded import embedded_server
from keguan.database.testing import clean_environment, duplicate, run_keguan
from tests.prepared import weeks

pytestmark = pytest.mark.xdist_group("backups")
NAME = "欧阳金丝雀"
ADD = f"""
from keguan.controls.gate import run
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.rows import Rows
ctx = Context(None, "command_line")
[done] = run(ctx, "customer.add", [(None, {{"name": "{NAME}", "kind": "person", "phones": ["13977770001"]}})])
print(done.object)
"""
ERASE = """
from keguan.controls.gate import run
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.rows import Rows
ctx = Context(None, "command_line")
[row] = Rows().select("select id from customers_customer where name = %s", [NAME])
[done] = run(ctx, "customer.erase", [(row["id"], {"why": "request"})])
"""
HOLD = """
import sys
from keguan.database import hold
with hold():
    print("held", flush=True)
    sys.stdin.read()
"""
COUNT = """
select (select count(*) from customers_customer t where t::text like '%金丝雀%')
    + (select count(*) from kernel_payload t where t::text like '%金丝雀%') as named,
    (select count(*) from kernel_event) as events
"""
NIGHT = """
from procrastinate.contrib.django import app
job = app.configure_task("site:back_up").defer(timestamp=0)
with app.replace_connector(app.connector.get_worker_connector()) as working:
    working.run_worker(wait=False, queues=["site"], install_signal_handlers=False)
[row] = Rows().select("select status::text from procrastinate_jobs where id = %s", [job])
print(row["status"])
"""
AUDIT = """
import contextlib, io
from keguan.cli.main import main
assert main(["audit", "facts"]) == 0
with contextlib.redirect_stdout(io.StringIO()) as told:
    assert main(["audit", "verify", "--json"]) == 0
print(" ".join(told.getvalue().split("\\n")))
"""


def counted(data: Path, url: str | None = None) -> tuple[int, int]:
    """In how many rows the customer is named, and how many events there are. Asked from here: a process costs more."""
    with contextlib.ExitStack() as held:
        if url is None:
            held.enter_context(embedded_server(data / "postgres"))
            url = f"host={data / 'postgres'} user=keguan dbname=keguan"
        connection = held.enter_context(psycopg.connect(url))
        named, events = connection.execute(COUNT).fetchone() or (0, 0)
        return int(named), int(events)


def as_another(data: Path, statement: LiteralString) -> None:
    """A table of somebody else's in our database: pg_dump may not read it and leaves nothing out in silence."""
    with (
        embedded_server(data / "postgres"),
        psycopg.connect(f"host={data / 'postgres'} user=postgres dbname=keguan") as connection,
    ):
        connection.execute(statement)


def program(data: Path, code: str, environment: dict[str, str] | None = None) -> list[str]:
    """Run lines of Python with the database opened; what they print."""
    body = f"NAME = {NAME!r}\nfrom keguan.cli.opening import opened\nwith opened():\n" + "".join(
        f"    {line}\n" for line in code.splitlines()
    )
    done = subprocess.run(
        [sys.executable, "-c", body], check=False, capture_output=True, text=True, timeout=120,
        env=clean_environment(data, environment),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def keguan(data: Path, *arguments: str, environment: dict[str, str] | None = None) -> str:
    done = run_keguan(*arguments, data=data, environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def audit(data: Path, environment: dict[str, str] | None = None) -> dict[str, Any]:
    """Both audits, which must be green, in one process; the report of `verify`."""
    found: dict[str, Any] = json.loads(program(data, AUDIT, environment)[-1])
    return found


@pytest.fixture(scope="module")
def origin() -> Iterator[Path]:
    """A data directory with the demo company and one customer more; whose backup lies in `whole.backup`."""
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        data = weeks(Path(folder) / "a")
        program(data, ADD)
        keguan(data, "audit", "verify")
        keguan(data, "backup", str(data / "whole.backup"))
        yield data


@pytest.fixture(scope="module")
def restored(origin: Path) -> Iterator[Path]:
    """Another data directory, restored from the backup."""
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        data = Path(folder) / "b"
        keguan(data, "restore", str(origin / "whole.backup"))
        yield data


@pytest.fixture
def copy(restored: Path) -> Iterator[Path]:
    """The same for one test, to do with as it likes."""
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        yield duplicate(restored, Path(folder) / "b")


def test_the_round_trip(origin: Path, copy: Path) -> None:
    assert counted(copy) == counted(origin)
    report = audit(copy)
    assert (report["restores"], report["counts"]) == (1, {})
    keguan(copy, "backup")
    assert "最近一次备份" in keguan(copy, "doctor")
    [made] = (copy / "backups").glob("*.backup")
    assert made.stat().st_mode & 0o077 == 0


def test_what_is_refused_leaves_everything_as_it_was(origin: Path, copy: Path) -> None:
    before, seals = counted(copy), (copy / "seals.jsonl").read_text()
    whole = str(origin / "whole.backup")
    done = run_keguan("restore", whole, data=copy)
    assert done.returncode == 1 and "--replace" in done.stderr, "a company is not replaced unasked"
    broken = copy / "broken.backup"
    broken.write_bytes(damaged(origin / "whole.backup", "unreadable"))
    done = run_keguan("restore", str(broken), "--replace", data=copy)
    assert done.returncode == 1 and "没有改动" in done.stderr, "PostgreSQL cannot read it"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        env=clean_environment(copy), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    done = run_keguan("restore", whole, "--replace", data=copy)
    holder.communicate("")
    assert done.returncode == 1 and "正在运行" in done.stderr
    assert counted(copy) == before
    assert (copy / "seals.jsonl").read_text() == seals


def test_what_was_erased_since_is_erased_again(origin: Path, copy: Path) -> None:
    program(copy, ERASE)
    exported = copy / "exported.jsonl"
    exported.write_text(keguan(copy, "audit", "export"))
    seals = (copy / "seals.jsonl").read_text()
    body = json.loads(keguan(copy, "restore", str(origin / "whole.backup"), "--replace", "--json"))
    assert (body["erased_again"], body["left"]) == (1, [])
    assert counted(copy)[0] == 0
    report = audit(copy)
    assert report["restores"] == 2 and report["erased"] >= 1 and report["counts"] == {}
    keguan(copy, "audit", "verify", "--against", str(exported))
    (copy / "seals.jsonl").write_text(seals)
    found = run_keguan("audit", "verify", "--json", data=copy)
    assert list(json.loads(found.stdout)["counts"]) == ["restored"], "without our note an older backup is named"
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        elsewhere = Path(folder) / "c"
        keguan(elsewhere, "restore", str(origin / "whole.backup"), "--erasures", str(exported))
        assert counted(elsewhere)[0] == 0, "a machine that has no list of its own is given one"


def night(data: Path, **environment: str) -> str:
    """The nightly job, handed in and done by a worker; how it ended."""
    body = "from keguan.kernel.commands.rows import Rows\n" + NIGHT
    return program(data, body, environment)[-1]


def test_the_nightly_job_makes_whole_backups_and_keeps_the_newest(copy: Path) -> None:
    folder = copy / "backups"
    folder.mkdir()
    for day in range(1, 4):
        (folder / f"keguan-2020010{day}-023000.backup").touch()
    (folder / "by-hand.backup").touch()
    assert night(copy, KEGUAN_BACKUPS_KEPT="2") == "succeeded"
    kept = sorted(path.name for path in folder.glob("keguan-*.backup"))
    assert len(kept) == 2 and kept[0] == "keguan-20200103-023000.backup", "the oldest go, what was made by hand stays"
    assert (folder / "by-hand.backup").exists()
    made = check(folder / kept[1])
    noted = json.loads((folder / "last.json").read_text())
    assert (noted["file"], noted["made_at"], noted["fault"]) == (str(made.place), made.made_at, "")
    assert "最近一次备份" in keguan(copy, "doctor")
    with tempfile.TemporaryDirectory(prefix="kg-") as place:
        data = Path(place) / "e"
        keguan(data, "restore", str(made.place))
        assert counted(data) == counted(copy)
        audit(data)
    assert night(copy, KEGUAN_BACKUPS_KEPT="0") == "succeeded"
    assert sorted(path.name for path in folder.glob("keguan-*.backup")) == kept, "none is made where none is to be kept"


def test_a_nightly_backup_that_fails_is_told_and_costs_no_earlier_one(copy: Path) -> None:
    assert night(copy, KEGUAN_BACKUPS_KEPT="1") == "succeeded"
    [first] = (copy / "backups").glob("keguan-*.backup")
    as_another(copy, "create table hidden (v int)")
    assert night(copy, KEGUAN_BACKUPS_KEPT="1") == "failed"
    assert [*(copy / "backups").glob("keguan-*.backup")] == [first]
    assert [*(copy / "backups").glob(".backup-*")] == []
    noted = json.loads((copy / "backups" / "last.json").read_text())
    assert noted["file"] == str(first) and "pg_dump" in noted["fault"]
    told = run_keguan("doctor", data=copy)
    assert told.returncode == 1 and "昨夜的备份没有做成" in told.stdout
    as_another(copy, "drop table hidden")
    assert night(copy, KEGUAN_BACKUPS_KEPT="1") == "succeeded"
    told = run_keguan("doctor", data=copy)
    assert "最近一次备份" in told.stdout and "昨夜的备份" not in told.stdout


def damaged(whole: Path, how: str) -> bytes:
    body = bytearray(whole.read_bytes())
    if how == "truncated":
        return bytes(body[: len(body) // 2])
    if how == "flipped":
        body[len(body) // 2] ^= 0xFF
        return bytes(body)
    if how == "foreign":
        return b"PK\x03\x04 something else"
    # a manifest that fits, and an archive that PostgreSQL cannot read
    dump = b"PGDMP but no more"
    manifest = json.dumps({"format": 1, "sha256": hashlib.sha256(dump).hexdigest()}).encode()
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, part in (("manifest.json", manifest), ("database.dump", dump)):
            entry = tarfile.TarInfo(name)
            entry.size = len(part)
            archive.addfile(entry, io.BytesIO(part))
    return target.getvalue()


@pytest.mark.parametrize("how", ["truncated", "flipped", "foreign", "missing"])
def test_a_damaged_file_is_seen_before_anything_is_done(origin: Path, tmp_path: Path, how: str) -> None:
    assert check(origin / "whole.backup").version
    broken = tmp_path / "broken.backup"
    if how != "missing":
        broken.write_bytes(damaged(origin / "whole.backup", how))
    with pytest.raises(DatabaseFault, match="There is no file" if how == "missing" else "nothing was changed"):
        check(broken)


def test_a_server_elsewhere(origin: Path, outside_database: str) -> None:
    environment = {"DATABASE_URL": outside_database}
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        data = Path(folder) / "d"
        keguan(data, "restore", str(origin / "whole.backup"), environment=environment)
        assert counted(data, outside_database) == counted(origin)
        assert audit(data, environment)["restores"] == 1
        keguan(data, "backup", str(data / "again.backup"), environment=environment)
        done = run_keguan("restore", str(data / "again.backup"), "--replace", data=data, environment=environment)
        assert done.returncode == 1 and "不能建库" in done.stderr
