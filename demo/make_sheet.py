"""Writes demo/客户名单.xlsx: sixty invented customers as a salesperson keeps them, some rows with the usual faults."""

from pathlib import Path

import xlsxwriter

TITLE = ("公司名称", "类型", "城市", "联系人", "职务", "手机", "座机", "地址", "客户经理", "备注")
PLACES = ("苏州", "杭州", "宁波", "无锡", "绍兴", "湖州", "嘉兴", "南京", "合肥", "上海")
FRONT = (
    *("云栖", "松风", "澄江", "望湖", "鹿鸣", "清和", "半山", "映雪", "听涛", "南浦"),
    *("归云", "长亭", "竹里", "飞鸿", "采薇", "如意", "白鹭", "芳草", "知味", "朝晖"),
)
TRADE = ("印务有限公司", "文具行", "口腔诊所")
SURNAMES = "曾单仇解查覃翟朴缪陆"
OWNERS = ("许青禾", "方一帆")


def rows() -> list[tuple[object, ...]]:
    """The rows under the titles."""
    found: list[tuple[object, ...]] = []
    for number in range(60):
        place = PLACES[number % len(PLACES)]
        name = f"{place}{FRONT[number % len(FRONT)]}{TRADE[number // len(FRONT)]}"
        contact = f"{SURNAMES[number % len(SURNAMES)]}{'经理' if number % 2 else '女士'}"
        mobile: object = 13_800_010_000 + number * 7
        found.append(
            (name, "单位", place, contact, "采购", mobile, f"05{10 + number % 80}-6{number:03d}{number:04d}",
             f"{place}市人民路 {number + 1} 号", OWNERS[number % 2], "")
        )  # fmt: skip
    found[3] = (*found[3][:5], "１３９００００６６０１", *found[3][6:9], "号码是全角数字")
    found[7] = (
        "𠮷川机电 Yoshikawa & Söhne",
        "单位",
        "上海",
        "Mia 陈",
        "Buyer",
        "+44 20 7946 0021",
        "",
        "",
        "许青禾",
        "国外号码",
    )
    found[12] = (*found[12][:5], "1380001", *found[12][6:9], "手机少了几位")
    found[18] = ("", *found[18][1:9], "忘了写名称")
    found[25] = (found[4][0], *found[25][1:5], found[4][5], *found[25][6:9], "与第 6 行是同一家")
    found[33] = (*found[33][:8], "查无此人", "负责人不在公司")
    found[41] = ("王小满", "个人", "苏州", "", "", 13_700_088_812, "", "", "方一帆", "个人客户")
    return found


def main() -> None:
    """Write the sheet beside this file."""
    book = xlsxwriter.Workbook(Path(__file__).with_name("客户名单.xlsx"))
    sheet = book.add_worksheet("客户")
    sheet.write_row(0, 0, TITLE)
    for number, row in enumerate(rows(), start=1):
        sheet.write_row(number, 0, row)
    sheet.autofit()
    book.close()


if __name__ == "__main__":
    main()
