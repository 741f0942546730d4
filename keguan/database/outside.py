"""A server that is not ours: can it be reached, is it new enough, is the database there. Starts and stops nothing."""

import psycopg
from psycopg import sql

from keguan.database.address import Address, connect
from keguan.database.faults import DatabaseFault

OLDEST = 180000


def check_outside(there: Address) -> None:
    """Make sure that the server and the database of `there` can be used; make the database if the owner may.

    Raises `DatabaseFault` with what to do.
    """
    try:
        connection = connect(there.owner)
    except psycopg.OperationalError as error:
        _create_database(there, error)
        connection = connect(there.owner)
    with connection:
        info = connection.info
        if info.server_version < OLDEST:
            version = f"{info.server_version // 10000}.{info.server_version % 10000}"
            raise DatabaseFault(
                f"客管需要 PostgreSQL 18 或更新的版本，{there.where()} 是 {version}。"
                "请升级该服务器，或去掉 DATABASE_URL 使用内置的数据库。",
                f"Keguan needs PostgreSQL 18 or newer; {there.where()} is {version}. "
                "Upgrade that server, or unset DATABASE_URL to use the embedded one.",
            )
        if info.parameter_status("server_encoding") != "UTF8":
            raise DatabaseFault(
                f"数据库 {there.where()} 的编码不是 UTF8，存不了中文。请用 UTF8 编码重新建库。",
                f"The database {there.where()} is not encoded in UTF8. Create it anew with that encoding.",
            )


def check_owner(there: Address) -> None:
    """Make sure that the owner may make tables. Raises `DatabaseFault` with what to do."""
    with connect(there.owner) as connection:
        row = connection.execute("select has_schema_privilege(current_schema(), 'create')").fetchone()
        if not row or not row[0]:
            name, user = there.owner["dbname"], connection.info.user
            raise DatabaseFault(
                f"用户 {user} 不能在 {there.where()} 里建表。请管理员执行：ALTER DATABASE {name} OWNER TO {user};",
                f"{user} may not make tables in {there.where()}. Ask for: ALTER DATABASE {name} OWNER TO {user};",
            )


def _create_database(there: Address, reason: psycopg.OperationalError) -> None:
    name = there.owner["dbname"]
    try:
        connection = connect(there.owner | {"dbname": "postgres"})
        # CREATE DATABASE stands in no transaction
        connection.autocommit = True
    except psycopg.OperationalError:
        connection = None
    if connection is None or connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
        sentence = str(reason).strip().splitlines()[0]
        raise DatabaseFault(
            f"连不上数据库 {there.where()}:{sentence}。"
            "请检查 DATABASE_URL、网络和密码；去掉 DATABASE_URL 则使用内置的数据库。",
            f"The database {there.where()} cannot be reached: {sentence}. "
            "Check DATABASE_URL, the network and the password; without DATABASE_URL the embedded one is used.",
        ) from reason
    with connection:
        try:
            connection.execute(
                sql.SQL("create database {} encoding 'UTF8' template template0").format(sql.Identifier(name))
            )
        except psycopg.errors.InsufficientPrivilege as error:
            user = connection.info.user
            raise DatabaseFault(
                f"数据库 {name} 不存在，用户 {user} 又不能建库。"
                f"请管理员执行：CREATE DATABASE {name} OWNER {user} ENCODING 'UTF8' TEMPLATE template0;",
                f"There is no database {name}, and {user} may not create one. "
                f"Ask for: CREATE DATABASE {name} OWNER {user} ENCODING 'UTF8' TEMPLATE template0;",
            ) from error
