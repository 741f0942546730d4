"""What a violated constraint of the case's tables means to people."""

from keguan.kernel.commands.constraints import register
from keguan.kernel.records.labels import Label

register(
    "cases_case_code_once",
    Label("这个工单编号已被使用", "another case has this number"),
    Label("请再试一次；若仍如此，请检查编号规则", "try again; if it persists, check the number pattern"),
)
register(
    "cases_case_amount_not_negative",
    Label("赔付金额不能小于零", "the amount cannot be below zero"),
    Label("不赔付请填 0", "write 0 where nothing is paid"),
    field="amount",
)
register(
    "cases_case_quantities_not_negative",
    Label("数量不能小于零", "a quantity cannot be below zero"),
    Label("请核对数量", "check the quantities"),
)
register(
    "cases_case_defective_within_quantity",
    Label("不良数量多于交运数量", "more is defective than was delivered"),
    Label("请核对数量与不良数量", "check the quantity and the defective quantity"),
    field="defective_quantity",
)
register(
    "cases_case_return_within_quantity",
    Label("核准退货数量多于交运数量", "more would be returned than was delivered"),
    Label("请核对数量与核准退货数量", "check the quantity and the approved return quantity"),
    field="approved_return_quantity",
)
for _step in ("accepted", "found", "settled", "replied", "closed", "reviewed"):
    register(
        f"cases_case_{_step}_after_opened",
        Label("发生时间早于登记时间", "this would have happened before the case was opened"),
        Label("请核对发生时间", "check when it happened"),
        field="happened_at",
    )
for _name, _field in (("cases_promise_amount", "amount"), ("cases_liability_loss", "loss")):
    register(
        f"{_name}_not_negative",
        Label("金额不能小于零", "an amount cannot be below zero"),
        Label("请核对金额", "check the amount"),
        field=_field,
    )
register(
    "cases_case_closed_has_time",
    Label("结案与结案时间不一致", "a closed case must say when it was closed"),
    Label("请用“结案”结束工单", "end the case by closing it"),
)
register(
    "cases_attachment_file_stored",
    Label("没有存过这个文件", "this file is not stored"),
    Label("请先上传文件，再添加附件", "upload the file first, then attach it"),
    field="digest",
)
