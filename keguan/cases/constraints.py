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
register(
    "cases_case_merged_counts_no_more",
    Label("并入别处的工单不能再计算在内", "a case that was merged into another counts no more"),
    Label("请用“并入另一件工单”，或先“恢复”", "merge it, or reinstate it first"),
    field="merged_into",
)
register(
    "cases_link_once",
    Label("这两件工单已经关联", "these two cases are linked already"),
    Label("在任一件的“关联”里就能看到", "the link is shown with either of them"),
    field="other",
)
register(
    "cases_link_not_to_itself",
    Label("这就是这件工单本身", "this is the very same case"),
    Label("请写另一件工单的编号", "give another case's number"),
    field="other",
)
register(
    "cases_task_code_once",
    Label("这个子任务编号已被使用", "another task has this number"),
    Label("请再试一次；若仍如此，请检查编号规则", "try again; if it persists, check the number pattern"),
)
register(
    "cases_task_ended_has_time",
    Label("子任务的环节与结束时间不一致", "a task that ended must say when"),
    Label("请用“完成”或“取消”结束它", "finish or drop it"),
)
