"""What violated constraints of the customer tables mean to people."""

from keguan.kernel.commands.constraints import register
from keguan.kernel.records.labels import Label

register(
    "customers_customer_code_key",
    Label("这个客户编号已被使用", "this customer number is taken"),
    Label("请改用别的编号，或留空自动编号", "use another one, or leave it empty to have one drawn"),
    "code",
)
register(
    "customers_customer_row_once",
    Label("这一行已经导入过", "this row was imported already"),
    field="import_row",
)
register(
    "customers_phone_once",
    Label("这个号码已经登记过", "this number is registered already"),
    field="phones",
)
