"""Cases from a sheet: history that was kept elsewhere, each with the time at which it came in."""

from types import MappingProxyType
from typing import ClassVar

from keguan.imports.importer import Importer
from keguan.imports.importers import register


class CaseImporter(Importer):
    """Complaints, consultations and suggestions."""

    synonyms: ClassVar[MappingProxyType[str, str]] = MappingProxyType(
        {
            "kind": "类型 工单类型 案件类型 kind type",
            "channel": "来源 渠道 受理渠道 channel source",
            "title": "标题 主题 案由 问题 投诉事项 title subject summary",
            "description": "描述 详情 内容 投诉内容 问题描述 description details",
            "customer": "客户名称 客户编号 公司 公司名称 customer customername customerno company",
            "contact_name": "联系人 联系人姓名 contact contactname",
            "contact_phone": "联系电话 电话 手机 phone mobile contactphone",
            "order_no": "订单 订单编号 合同号 orderno order",
            "owner": "经办人 处理人 责任人 owner assignee agent",
            "unit": "经办部门 责任部门 部门 department unit",
            "happened_at": "受理时间 受理日期 登记时间 登记日期 投诉时间 投诉日期 创建时间 日期 date opened created",
        }
    )


register("case", CaseImporter)
