"""What `keguan doctor` looks at. Reads only; every fault comes with its cure."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.db import connection

from keguan import database
from keguan.database.address import address
from keguan.kernel import clock
from keguan.kernel.journal import APPEND_ONLY
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.site import backups
from keguan.site.jobs import STALLED_AFTER
from keguan.site.migration import pending
from keguan.site.speech import counted

_LEAST_SPACE = 2 * 1024**3
# the sealer runs each minute; ten minutes without it is a fault
_UNSEALED_AFTER = 600
_BACKUP_AFTER = timedelta(days=3)
Tone = Literal["broken", "soon", "kept"]
MARKS: Mapping[Tone, str] = {"broken": "✗", "soon": "!", "kept": "✓"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was found, and for a fault what to do. `is_due`: no fault yet, but to be done."""

    zh: str
    en: str
    is_wrong: bool = False
    is_due: bool = False

    @property
    def tone(self) -> Tone:
        """How it stands: what is to be done is neither good nor broken."""
        return "broken" if self.is_wrong else "soon" if self.is_due else "kept"

    def text(self, language: str) -> str:
        """One line with its mark."""
        return f"{MARKS[self.tone]} {self.en if language.startswith('en') else self.zh}"


def findings() -> Iterator[Finding]:
    """Everything there is to say, in the order a person would ask."""
    yield _data()
    yield _space()
    yield _server()
    if missing := pending():
        yield Finding(
            f"还有 {len(missing)} 个迁移没有应用（{missing[0]} 等）。请运行：keguan migrate",
            f"{counted(len(missing), 'migration is', 'migrations are')} not applied ({missing[0]} …). "
            "Run: keguan migrate",
            is_wrong=True,
        )
        return
    looks: list[Callable[[], Finding | None]] = [
        *(_roles, _journal_rights, _letters, _worker, _jobs, _intake, _unowned, _backup),
    ]
    for look in looks:
        if (finding := look()) is not None:
            yield finding


def _data() -> Finding:
    place = Path(settings.DATA_DIR)
    if address().is_embedded:
        cluster = database.data_directory() / "postgres"
        where = f"{cluster.resolve()}"
        return Finding(f"数据目录：{place}（数据库在 {where}）", f"Data directory: {place} (database in {where})")
    return Finding(f"数据目录：{place}（只有密钥）", f"Data directory: {place} (only the secret key)")


def _space() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR).free
    shown = f"{free / 1024**3:.1f} GB"
    if free < _LEAST_SPACE:
        return Finding(
            f"磁盘只剩 {shown}。请清理磁盘，或把 KEGUAN_DATA 移到更大的盘上。",
            f"Only {shown} of disk left. Make room, or move KEGUAN_DATA to a larger disk.",
            is_wrong=True,
        )
    return Finding(f"磁盘剩余：{shown}", f"Disk left: {shown}")


def _server() -> Finding:
    version = _one("show server_version").split()[0]
    if address().is_embedded:
        return Finding(f"数据库：内置 PostgreSQL {version}", f"Database: embedded PostgreSQL {version}")
    where = address().where()
    return Finding(f"数据库：{where}，PostgreSQL {version}", f"Database: {where}, PostgreSQL {version}")


def _roles() -> Finding:
    owner = _one("select tableowner from pg_tables where schemaname = 'public' and tablename = 'django_migrations'")
    current = _one("select current_user")
    if owner == current:
        return Finding(
            f"数据库用户：{current}（既是表的所有者又是运行用户，日志只靠触发器防改；"
            "给它 CREATEROLE 权限或设置 KEGUAN_WEB_DATABASE_URL 可分开）",
            f"Roles: {current} owns the tables and runs (only triggers guard the journal; give it CREATEROLE or set "
            "KEGUAN_WEB_DATABASE_URL to separate them)",
        )
    return Finding(f"数据库用户：{owner}（建表）、{current}（运行）", f"Roles: {owner} (owns), {current} (runs)")


def _journal_rights() -> Finding | None:
    """The running role must not be able to change the journal, unless it is the owner, whom triggers stop."""
    rows = _all(
        "select c.relname from pg_class c where c.relname = any(%s) and c.relowner <> current_user::regrole"
        " and (has_table_privilege(c.oid, 'update') or has_table_privilege(c.oid, 'delete')"
        " or has_table_privilege(c.oid, 'truncate'))",
        [list(APPEND_ONLY)],
    )
    if not rows:
        return None
    tables = ", ".join(name for (name,) in rows)
    return Finding(
        f"运行用户能改动日志表（{tables}）。请运行 keguan migrate 重新授权。",
        f"The run-time role may change the journal ({tables}). Run keguan migrate to set its rights again.",
        is_wrong=True,
    )


def _letters() -> Finding:
    """pg_trgm asks LC_CTYPE which characters are letters: under C no Chinese one is, and searches silently scan."""
    if _all("select from pg_extension where extname = 'pg_trgm'"):
        is_good = bool(_one("select coalesce(array_length(show_trgm('张三丰'), 1), 0)"))
    else:
        is_good = _one("select datctype from pg_database where datname = current_database()") not in ("C", "POSIX")
    if is_good:
        return Finding("中文检索：正常（LC_CTYPE 认识汉字）", "Chinese search: works (LC_CTYPE knows the characters)")
    return Finding(
        "数据库的 LC_CTYPE 是 C，中文姓名检索用不上索引。"
        "请用 LC_CTYPE='C.UTF-8' 重新建库（CREATE DATABASE … TEMPLATE template0 LC_CTYPE 'C.UTF-8'）再导入数据。",
        "LC_CTYPE is C: searching Chinese names finds no index. Create the database again with LC_CTYPE 'C.UTF-8' "
        "(CREATE DATABASE … TEMPLATE template0 LC_CTYPE 'C.UTF-8') and restore the data.",
        is_wrong=True,
    )


def _worker() -> Finding:
    alive = _one(
        "select count(*) from procrastinate_workers where last_heartbeat > now() - make_interval(secs => %s)",
        [STALLED_AFTER],
    )
    if alive:
        return Finding(f"后台任务：{alive} 个进程在工作", f"Background: {counted(alive, 'worker')} alive")
    return Finding(
        "后台任务：没有进程在工作（keguan serve 会一并启动；也可单独运行 keguan worker）",
        "Background: no worker is alive (keguan serve starts one; so does keguan worker)",
    )


def _jobs() -> Finding | None:
    late = _one(
        "select count(*) from procrastinate_jobs where status = 'todo'"
        " and coalesce(scheduled_at, now()) < now() - interval '10 minutes'"
    )
    failed = _one("select count(*) from procrastinate_jobs where status = 'failed'")
    if late:
        return Finding(
            f"有 {late} 个后台任务等了十分钟以上。请运行 keguan serve 或 keguan worker。",
            f"{counted(late, 'background job has', 'background jobs have')} waited for more than ten minutes. "
            "Run keguan serve or keguan worker.",
            is_wrong=True,
        )
    if failed:
        return Finding(
            f"有 {failed} 个后台任务失败。原因见 keguan worker 的输出；改正后在“管理 › 运行情况”重做或放弃。",
            f"{counted(failed, 'background job')} failed. The worker's output says why; the page Installation retries.",
            is_wrong=True,
        )
    return None


def _intake() -> Finding | None:
    """Events that no seal holds yet; old ones mean that the sealer does not run."""
    if not _one("select to_regclass('kernel_intake')"):
        return None
    waiting = _one("select count(*) from kernel_intake")
    # the ids carry the moment of recording
    late = _one(
        "select count(*) from kernel_intake where uuid_extract_timestamp(id) < now() - make_interval(secs => %s)",
        [_UNSEALED_AFTER],
    )
    if late:
        return Finding(
            f"有 {late} 条日志超过十分钟没有封存。请运行 keguan serve 或 keguan worker。",
            f"{counted(late, 'event has', 'events have')} not been sealed for more than ten minutes. "
            "Run keguan serve or keguan worker.",
            is_wrong=True,
        )
    return Finding(f"等待封存的日志：{waiting} 条", f"Events waiting for their seal: {waiting}")


def _unowned() -> Finding | None:
    """Clocks that nobody owes and requests that nobody can decide stand still until somebody is named."""
    if not _one("select to_regclass('controls_unowned')"):
        return None
    from keguan.controls.unowned import count

    clocks, requests = count()
    if clocks or requests:
        return Finding(
            f"有 {clocks} 项应办事项没有责任人，{requests} 项申请没有人可以决定。"
            "请任命岗位或指定代理（“今天”页列出各项）。",
            f"{counted(clocks, 'obligation')} that nobody owes and {counted(requests, 'request')} that nobody can "
            "decide. Fill the posts or appoint delegates (Today lists them).",
            is_wrong=True,
        )
    return Finding("应办事项与申请：都有责任人", "Obligations and requests: all of them are somebody's")


def _backup() -> Finding:
    """The last backup, and whether nights went by without one."""
    last = backups.last()
    if last is not None and last.fault:
        return Finding(
            f"昨夜的备份没有做成：{last.fault}。请改正后运行：keguan backup",
            f"The nightly backup failed: {last.fault} Mend it, then run: keguan backup",
            is_wrong=True,
        )
    if last is None:
        return Finding(
            "备份：还没有做过（keguan backup；后台任务每天凌晨也会做）",
            "Backup: none yet (keguan backup; the worker makes one each night)",
            is_due=True,
        )
    made_at = datetime.fromisoformat(last.made_at)
    shown = f"{made_at.astimezone(COMPANY_ZONE):%Y-%m-%d %H:%M}"
    if clock.now() - made_at > _BACKUP_AFTER:
        return Finding(
            f"最近一次备份是 {shown}，已超过三天。请运行 keguan backup，或让 keguan worker 一直运行。",
            f"The last backup was made at {shown}, more than three days ago. Run keguan backup, or let the worker run.",
            is_wrong=True,
        )
    return Finding(f"最近一次备份：{shown}（{last.file}）", f"Last backup: {shown} ({last.file})")


def _all(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _one(statement: str, values: list[Any] | None = None) -> Any:
    rows = _all(statement, values)
    return rows[0][0] if rows else None
