"""What the people of the demo company do to a complaint, in the order of the policy."""

from typing import Any

REPORT: dict[str, Any] = {
    "kind": "complaint",
    "channel": "phone",
    "title": "到货三箱外包装破损",
    "order_no": "DD-30001",
    "batch_no": "B-2001",
    "product_spec": "扫描枪 S2",
    "quantity": "12",
    "defective_quantity": "3",
    "shipped_on": "2025-06-01",
    "demand": "更换三箱",
    "reason": "运输途中受潮",
    "severity": "ordinary",
}
FINDINGS: dict[str, Any] = {
    "findings": "外箱在分拨时受潮，机器完好",
    "is_founded": True,
    "cause": "non_quality",
    "is_own_quality": False,
    "is_tracked": False,
}
REPLY: dict[str, Any] = {"reply_channel": "phone", "reply": "已电话说明，折让一事客户认可。", "is_accepted": True}
AUTHORITY = "第二十七条"
"""Who decides which amount."""
DEADLINE = "第二十六条1"
"""Six days from acceptance to closing."""
ORDER = "第二十二条"
"""The order of the stages."""
