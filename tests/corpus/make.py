"""Makes the files of the corpus and, beside each, the table that must be read from it.

    pip install pandas pyarrow openpyxl xlwt odfpy zstandard polars
    python3 tests/corpus/make.py

What is expected is written down here by hand, not taken from the reader. Kinds: n number, c category,
t text, d date, y yes/no. Cells as the program shows them, "|" between them, nothing for missing.
"""

import datetime as dt
import gzip
import io
import json
import pathlib
import shutil
import sqlite3
import struct
import zipfile
from decimal import Decimal

import odf.opendocument
import odf.table
import odf.text
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt
import zstandard

FILES = pathlib.Path(__file__).parent / "files"
KINDS = {"n": "number", "c": "category", "t": "text", "d": "date", "y": "yes_no"}


def put(name, content, columns=None, notes=(), error=None, options=(), target=None, aside=()):
    """One file; `columns` of (name, kind, cells) or (name, kind, cells, unit); `notes` parts of each note."""
    data = content.encode() if isinstance(content, str) else content
    assert not (FILES / name).exists(), name
    (FILES / name).write_bytes(data)
    expected = {}
    if options:
        expected["options"] = [list(option) for option in options]
    if error is not None:
        expected["error"] = error
    else:
        expected["columns"] = [
            {"name": c[0], "kind": KINDS[c[1]], "cells": c[2].split("|")} | ({"unit": c[3]} if len(c) > 3 else {})
            for c in columns
        ]
        expected["notes"] = list(notes)
        if target:
            expected["target"] = target
        if aside:
            expected["aside"] = list(aside)
    text = json.dumps(expected, ensure_ascii=False)
    (FILES / (name + ".expected.json")).write_text(text + "\n", encoding="utf-8")


# The table that every format must give.
CITY = ("city", "c", "Köln|Bern|Wien|Bern")
SIZE = ("size", "n", "1234.5|-2|0.25|")
DAY = ("day", "d", "2024-12-31|2024-01-02||2023-02-28")
OK = ("ok", "y", "yes|no|no|yes")
TRUE = ("ok", "y", "true|false|false|true")
BASE = [CITY, SIZE, DAY, OK]
TYPED = [CITY, SIZE, DAY, TRUE]
ROWS = [
    ("Köln", 1234.5, dt.date(2024, 12, 31), True),
    ("Bern", -2.0, dt.date(2024, 1, 2), False),
    ("Wien", 0.25, None, False),
    ("Bern", None, dt.date(2023, 2, 28), True),
]
NAMES = ["city", "size", "day", "ok"]


def text(delimiter=",", decimal=".", date="%Y-%m-%d", flags=("no", "yes"), missing="", eol="\n",
         quote="", before="", after="", trailing="", header=True, thousands=""):
    def number(value):
        if value is None:
            return missing
        shown = f"{value:,.2f}" if thousands else f"{value:g}"
        return shown.replace(",", "\0").replace(".", decimal).replace("\0", thousands)

    lines = [NAMES] if header else []
    for city, size, day, ok in ROWS:
        lines.append([city, number(size), day.strftime(date) if day else missing, flags[ok]])
    join = lambda cells: delimiter.join(f"{quote}{cell}{quote}" for cell in cells) + trailing
    return before + eol.join(join(cells) for cells in lines) + eol + after


def delimited():
    put("plain.csv", text(), BASE)
    put("semicolon_comma.csv", text(";", ","), BASE)
    put("semicolon_point.csv", text(";"), BASE)
    put("tab.tsv", text("\t"), BASE)
    put("tab_comma.tsv", text("\t", ","), BASE)
    put("bar.txt", text("|"), BASE)
    put("crlf.csv", text(eol="\r\n"), BASE)
    put("cr.csv", text(eol="\r"), BASE)
    put("quoted.csv", text(quote='"'), BASE)
    put("quoted_comma.csv", text(quote='"', decimal=","), BASE)
    put("german.csv", text(";", ",", "%d.%m.%Y", ("nein", "ja")), [CITY, SIZE, DAY, ("ok", "y", "ja|nein|nein|ja")])
    put("french.csv", text(";", ",", "%d/%m/%Y", ("non", "oui")), [CITY, SIZE, DAY, ("ok", "y", "oui|non|non|oui")])
    put("american.csv", text(date="%m/%d/%Y"), BASE)
    put("thousands.csv", text(quote='"', thousands=","), BASE, ["thousands separators"])
    put("thousands_german.csv", text(";", ",", thousands="."), BASE, ["thousands separators"])
    put("thousands_swiss.csv", text(";", thousands="'"), BASE, ["thousands separators"])
    put("thousands_blank.csv", text(";", ",", thousands="\u00a0"), BASE, ["thousands separators"])
    for spelling in ["NA", "N/A", "null", "NaN", "None", "\\N", "#N/A", "(null)", "missing"]:
        safe = "".join(c for c in spelling if c.isalnum()).lower() + ("_hash" if "#" in spelling else "_bs" if "\\" in spelling else "_par" if "(" in spelling else "_slash" if "/" in spelling else "")
        put(f"missing_{safe}.csv", text(missing=spelling), BASE)
    put("missing_dash.csv", text(missing="-"), BASE, ["“-” is read as missing"] * 2)
    put("missing_question.csv", text(missing="?"), BASE, ["“?” is read as missing"] * 2)
    put("missing_stated.csv", text(missing="-999"), BASE, options=[("missing", "-999")])
    put("true_false.csv", text(flags=("FALSE", "TRUE")), [CITY, SIZE, DAY, ("ok", "y", "TRUE|FALSE|FALSE|TRUE")])
    put("letters.csv", text(flags=("N", "Y")), [CITY, SIZE, DAY, ("ok", "y", "Y|N|N|Y")])
    put("bom.csv", text().encode("utf-8-sig"), BASE)
    put("utf16.csv", text().encode("utf-16"), BASE)
    put("utf16be_tab.txt", text("\t").encode("utf-16-be"), BASE)
    put("windows1252.csv", text().encode("cp1252"), BASE, ["Windows-1252"])
    put("latin1_stated.csv", text().encode("latin-1"), BASE, options=[("encoding", "latin1")])
    put("sep_line.csv", text(";", ",", before="sep=;\n"), BASE)
    put("comments.csv", text(before="# exported\n# by hand\n"), BASE, ["2 lines with #"])
    put("comment_between.csv", text().replace("Wien", "# checked until here\nWien"), BASE, ["1 line with # between"])
    put("title.csv", text(before="Sales report\nMade in May\n\n"), BASE, ["2 lines above"])
    put("title_pairs.csv", "Exported by:,Ann\nDate:,2024-01-02\n\na,b,c,d,e\n1,2,3,4,5\n6,7,8,9,10\n",
        [(n, "n", f"{i}|{i + 5}") for i, n in enumerate("abcde", 1)], ["2 lines above"])
    put("title_two_columns.csv", "Report of May\n\na,b\n1,2\n3,4\n", [("a", "n", "1|3"), ("b", "n", "2|4")], ["1 line above"])
    put("trailing.csv", text(trailing=","), BASE, ["each line ends with a delimiter"])
    put("trailing_values.csv", "a,b\n1,2,\n3,4,\n", [("a", "n", "1|3"), ("b", "n", "2|4")], ["2 lines end with a delimiter"])
    put("blank_lines.csv", text().replace("\n", "\n\n"), BASE)
    put("no_newline.csv", text().rstrip("\n"), BASE)
    put("no_header.csv", text(header=False), [(f"column_{i}", *c[1:]) for i, c in enumerate(BASE, 1)], ["holds values"])
    put("header_stated.csv", "1,2\n3,4\n", [("1", "n", "3"), ("2", "n", "4")], ["one row"], options=[("header", "yes")])
    put("short_rows.csv", "a,b,c\n1,2,3\n4\n5,6\n7,8,9\n", [("a", "n", "1|4|5|7"), ("b", "n", "2||6|8"), ("c", "n", "3|||9")], ["Line 3, 4: 2 rows have fewer"])
    put("long_row.csv", "a,b\n1,2\n3,4,5\n6,7\n", [("a", "n", "1|3|6"), ("b", "n", "2|4|7")], ["Line 3: 1 row has more"])
    put("duplicate_names.csv", "a,a,,a\n1,2,3,4\n5,6,7,8\n", [("a", "n", "1|5"), ("a_2", "n", "2|6"), ("column_3", "n", "3|7"), ("a_3", "n", "4|8")], ["column_3", "a_2, a_3"])
    put("index.csv", ",a\n0,5\n1,6\n2,8\n", [("index", "n", "0|1|2"), ("a", "n", "5|6|8")], ["called index"])
    put("r_rownames.csv", '"a","b"\n"1",5,x\n"2",6,y\n"3",7,x\n', [("index", "n", "1|2|3"), ("a", "n", "5|6|7"), ("b", "c", "x|y|x")], ["one name less", "called index"])
    put("quoted_newline.csv", 'a,b\n"x\ny",1\n"he said ""no""",2\n', [("a", "c", 'x\ny|he said "no"'), ("b", "n", "1|2")])
    put("quote_inside.csv", 'a,b\n5" pipe,1\n3" pipe,2\n', [("a", "c", '5" pipe|3" pipe'), ("b", "n", "1|2")])
    put("quote_open.csv", 'a,b\n1,"x\n2,y\n3,z\n', [("a", "n", "1|2|3"), ("b", "c", '"x|y|z')], ["never closed"])
    put("nul.csv", "name,value\nab\0c,1\nlonger text that keeps the share low,2\n", [("name", "c", "abc|longer text that keeps the share low"), ("value", "n", "1|2")], ["1 NUL"])
    put("blanks_aligned.txt", "x   y    z\n1.5 2   3\n4   5.5 6\n", [("x", "n", "1.5|4"), ("y", "n", "2|5.5"), ("z", "n", "3|6")])
    put("one_column.csv", "value\n1,5\n2,5\n\n3,5\n", [("value", "n", "1.5|2.5||3.5")], ["one column"])
    put("delimiter_stated.csv", "a:b\n1:2\n3:4\n", [("a", "n", "1|3"), ("b", "n", "2|4")], options=[("delimiter", ":")])
    put("decimal_stated.csv", "a;b\n1,234;x\n5,678;y\n", [("a", "n", "1234|5678"), ("b", "c", "x|y")], ["thousands"], options=[("decimal", "point")])
    put("ids.csv", "zip,account,n\n01234,12345678901234567890123,1\n00501,12345678901234567890124,2\n",
        [("zip", "c", "01234|00501"), ("account", "c", "12345678901234567890123|12345678901234567890124"), ("n", "n", "1|2")], ["as a name", "as a name"])
    put("units.csv", "share,weight,price,length (mm)\n5%,3 kg,€5,1\n7.5%,4 kg,€6.50,2\n1%,5 kg,€7,3\n",
        [("share", "n", "5|7.5|1", "%"), ("weight", "n", "3|4|5", "kg"), ("price", "n", "5|6.5|7", "€"), ("length", "n", "1|2|3", "mm")])
    put("euro_behind.csv", "preis;n\n5,00 €;1\n1.234,50 €;2\n-3,25 €;3\n", [("preis", "n", "5|1234.5|-3.25", "€"), ("n", "n", "1|2|3")], ["thousands"])
    put("bookkeeping.csv", "a,b\n(5.00),1.50-\n2.50,3.00\n", [("a", "n", "-5|2.5"), ("b", "n", "-1.5|3")])
    put("numbers.csv", "a,b,c,d\n+3,.5,1e3,−4\n5.,1E-2,-2.5e+1,0\n", [("a", "n", "3|5"), ("b", "n", "0.5|0.01"), ("c", "n", "1000|-25"), ("d", "n", "-4|0")])
    put("infinite.csv", "a,b\ninf,1\n2,2\n-inf,3\n", [("a", "n", "|2|"), ("b", "n", "1|2|3")], ["2 infinite values"])
    late = [str(i) for i in range(150)]
    late[120] = "oops"
    put("late_text.csv", "a,b\n" + "".join(f"{v},1\n" for v in late), [("a", "n", "|".join("" if v == "oops" else v for v in late)), ("b", "n", "|".join(["1"] * 150))], ["Line 122, column 1 (a): “oops” is no number"])
    mixed = [f"x{i}" if i % 20 == 7 else str(i) for i in range(100)]
    put("mixed.csv", "a,b\n" + "".join(f"{v},1\n" for v in mixed), [("a", "t", "|".join(mixed)), ("b", "n", "|".join(["1"] * 100))], ["“x7”, “x27”, “x47” and 2 other values"])
    put("dates.csv", "iso,de,us,named,stamp\n2024-01-31,31.01.2024,01/31/2024,31 Jan 2024,2024-01-31T10:20:30Z\n2024-02-01,1.2.2024,2/1/2024,1. Februar 2024,2024-02-01 00:00\n",
        [("iso", "d", "2024-01-31|2024-02-01"), ("de", "d", "2024-01-31|2024-02-01"), ("us", "d", "2024-01-31|2024-02-01"), ("named", "d", "2024-01-31|2024-02-01"), ("stamp", "d", "2024-01-31 10:20:30|2024-02-01")])
    put("dates_ambiguous.csv", "a,b\n01/02/2024,1\n03/04/2024,2\n", [("a", "d", "2024-02-01|2024-04-03"), ("b", "n", "1|2")], ["day/month or month/day"])
    put("dates_stated.csv", "a,b\n01/02/2024,1\n03/04/2024,2\n", [("a", "d", "2024-01-02|2024-03-04"), ("b", "n", "1|2")], options=[("dates", "month_first")])
    put("times.csv", "start,n\n10:30,1\n17:45,2\n0:15,3\n", [("start", "n", "10.5|17.75|0.25", "h"), ("n", "n", "1|2|3")], ["times of day"])
    put("times_pm.csv", "start,n\n5:30 PM,1\n9:00 am,2\n", [("start", "n", "17.5|9", "h"), ("n", "n", "1|2")], ["times of day"])
    put("kind_stated.csv", "a,b\n1,2\n2,3\n1,4\n", [("a", "c", "1|2|1"), ("b", "n", "2|3|4")], options=[("kind", "a:category")])
    put("pandas_wide.csv", ",0,1,2\n0,5,6,7\n1,8,9,10\n", [("index", "n", "0|1"), ("0", "n", "5|8"), ("1", "n", "6|9"), ("2", "n", "7|10")], ["called index"])
    put("empty.csv", "", error="empty")
    put("blank.csv", " \n\n", error="empty")
    put("header_only.csv", "a,b\n", error="no rows")
    russian = "город;число\nМосква;1\nКазань;2\nСамара;3\nОмск;4\n"
    put("windows1251.csv", russian.encode("cp1251"), [("город", "c", "Москва|Казань|Самара|Омск"), ("число", "n", "1|2|3|4")], ["windows-1251"])
    japanese = "都市,人口\n東京都新宿区,1\n大阪府大阪市,2\n北海道札幌市,3\n神奈川県横浜市,4\n"
    put("shift_jis.csv", japanese.encode("shift_jis"), [("都市", "c", "東京都新宿区|大阪府大阪市|北海道札幌市|神奈川県横浜市"), ("人口", "n", "1|2|3|4")], ["Shift_JIS"])
    chinese = "城市,人口\n北京市朝阳区,1\n上海市浦东新区,2\n广州市天河区,3\n"
    put("gbk.csv", chinese.encode("gbk"), [("城市", "c", "北京市朝阳区|上海市浦东新区|广州市天河区"), ("人口", "n", "1|2|3")], ["GBK"])
    put("utf8_damaged.csv", ("name,n\n" + "".join(f"Größe {i},{i}\n" for i in range(30))).encode() + b"caf\xe9,30\n",
        [("name", "t", "|".join([f"Größe {i}" for i in range(30)] + ["caf\ufffd"])), ("n", "n", "|".join(str(i) for i in range(31)))], ["1 damaged"])
    wide = ["c%d" % i for i in range(500)]
    put("wide.csv", ",".join(wide) + "\n" + ",".join("1" for _ in wide) + "\n" + ",".join("2" for _ in wide) + "\n", [(n, "n", "1|2") for n in wide])


def orange():
    body = "Köln\t1.5\tx\tlow\nBern\t?\ty\tvery high\n"
    columns = [("name", "t", "Köln|Bern"), ("size", "n", "1.5|"), ("kind", "c", "x|y"), ("grade", "c", "low|very high")]
    put("orange3.tab", "name\tsize\tkind\tgrade\nstring\tcontinuous\tdiscrete\tlow mid very\\ high\nmeta\t\t\tclass\n" + body, columns, ["“?” is read as missing"], target="grade", aside=["name"])
    put("orange_prefix.tab", "mS#name\tC#size\tD#kind\tcD#grade\n" + body, columns, ["“?” is read as missing"], target="grade", aside=["name"])
    put("plain.tab", "a\tb\n1\t2\n3\t4\n", [("a", "n", "1|3"), ("b", "n", "2|4")])


ARFF = """% made by hand
@RELATION cities
@ATTRIBUTE city {Bern,Köln,Wien}
@ATTRIBUTE size NUMERIC
@ATTRIBUTE day DATE "yyyy-MM-dd"
@attribute ok {no,yes}
@DATA
"""


def arff():
    rows = "Köln,1234.5,2024-12-31,yes\nBern,-2,2024-01-02,no\nWien,0.25,?,no\nBern,?,2023-02-28,yes\n"
    put("plain.arff", ARFF + rows, BASE, target="ok")
    put("tabs_and_quotes.arff", ARFF + rows.replace(",", "\t").replace("Köln", "'Köln'"), BASE, target="ok")
    put("sparse.arff", "@relation s\n@attribute a numeric\n@attribute b {x,y}\n@attribute c numeric\n@data\n{0 1, 2 5}\n{1 y}\n{}\n{0 ?, 1 y}\n",
        [("a", "n", "1|0|0|"), ("b", "c", "x|y|x|y"), ("c", "n", "5|0|0|0")])
    put("weights.arff", ARFF + "Köln,1,2024-12-31,yes,{5}\n", error="Line 8: the row has a weight")
    put("relational.arff", "@relation r\n@attribute bag relational\n@attribute a numeric\n@end bag\n@data\n1\n", error="relational")
    put("string.arff", "@relation 's s'\n@attribute 'a b' string\n@attribute c real\n@data\n'it\\'s',1\n\"x, y\",2\n", [("a b", "t", "it's|x, y"), ("c", "n", "1|2")])
    put("unknown_value.arff", "@relation u\n@attribute a {x,y}\n@attribute b numeric\n@data\nx,1\nz,2\ny,w\n", [("a", "c", "x||y"), ("b", "n", "1|2|")], ["Line 6, column 1 (a): “z”", "Line 7, column 2 (b): “w”"])
    put("no_extension_arff", ARFF.replace("% made by hand\n", "") + rows, BASE, target="ok")


def records():
    row = lambda r: {"city": r[0], "size": r[1], "day": r[2].isoformat() if r[2] else None, "ok": r[3]}
    return [row(r) for r in ROWS]


def as_json():
    dump = lambda value: json.dumps(value, ensure_ascii=False)
    frame = pd.DataFrame(records())
    put("records.json", dump(records()), TYPED)
    put("columns.json", dump({n: [r[n] for r in records()] for n in NAMES}), TYPED)
    put("lines.jsonl", "".join(dump(r) + "\n" for r in records()), TYPED)
    put("lines.json", "".join(dump(r) + "\n" for r in records()), TYPED)
    put("late_keys.ndjson", '{"a":1}\n{"b":"x"}\n\n{"b":"y","a":3}\n', [("a", "n", "1||3"), ("b", "c", "|x|y")])
    put("pandas_columns.json", frame.to_json(force_ascii=False), TYPED)
    put("pandas_split.json", frame.to_json(orient="split"), TYPED)
    put("pandas_index.json", frame.to_json(orient="index"), TYPED)
    put("pandas_table.json", frame.astype({"day": object}).to_json(orient="records", lines=True), TYPED)
    put("pandas_values.json", frame.to_json(orient="values"), [(f"column_{i}", *c[1:]) for i, c in enumerate(TYPED, 1)])
    put("wrapped.json", dump({"count": 4, "results": records()}), TYPED, ["under “results”"])
    put("nested.json", '[{"a":{"b":1,"c":{"d":"x"}},"l":[1,2]},{"a":{"b":2,"c":{"d":"y"}},"l":[]}]', [("a.b", "n", "1|2"), ("a.c.d", "c", "x|y"), ("l", "c", "[1,2]|[]")], ["arrays"])
    put("big_integers.json", '[{"id":9007199254740993,"n":1},{"id":9007199254740995,"n":2}]', [("id", "c", "9007199254740993|9007199254740995"), ("n", "n", "1|2")], ["as a name"])
    put("text_numbers.json", '[{"a":"1.5"},{"a":"2"},{"a":""}]', [("a", "n", "1.5|2|")], ["kept as text"])
    put("arrays.json", '[["a","b"],[1,"x"],[2,"y"]]', [("a", "n", "1|2"), ("b", "c", "x|y")])
    put("bom.json", dump(records()).encode("utf-8-sig"), TYPED)
    put("broken.json", '[{"a":1},\n{"a":}]', error="Line 2, column")
    put("deep.json", "[" * 5000 + "]" * 5000, error="128 deep")
    put("scalar.json", "42", error="array of objects")
    put("empty_list.json", "[]", error="no rows")


def sheets():
    def book(fill, names=("Data",)):
        workbook = openpyxl.Workbook()
        pages = [workbook.active] + [workbook.create_sheet() for _ in names[1:]]
        for page, name in zip(pages, names):
            page.title = name
        fill(*pages)
        out = io.BytesIO()
        workbook.save(out)
        return out.getvalue()

    def base(page, top=1, left=1):
        for r, row in enumerate([NAMES] + ROWS):
            for c, value in enumerate(row):
                page.cell(top + r, left + c, value)

    put("base.xlsx", book(base), TYPED)
    put("shifted.xlsx", book(lambda p: base(p, 4, 3)), TYPED)

    def titled(page):
        page["A1"] = "Sales report"
        page["A2"] = "Made in May"
        base(page, 4)
    put("titled.xlsx", book(titled), TYPED, ["2 rows above the table are left out"])

    def several(notes, data, other):
        notes["A1"] = "Read me first"
        base(data)
        other["A1"], other["B1"], other["A2"], other["B2"], other["A3"], other["B3"] = "x", "y", 1, 2, 3, 4
    names = ("Notes", "Data", "Other")
    put("several.xlsx", book(several, names), TYPED, ["the sheet “Data” of 3 is read"])
    put("sheet_stated.xlsx", book(several, names), [("x", "n", "1|3"), ("y", "n", "2|4")], options=[("sheet", "Other")])
    put("sheet_number.xlsx", book(several, names), TYPED, options=[("sheet", "2")])
    put("sheet_wrong.xlsx", book(several, names), error="there is no sheet “Dtaa”. Try Data", options=[("sheet", "Dtaa")])

    def merged(page):
        for cell, value in {"A1": "city", "B1": "2023", "D1": "2024", "B2": "Q1", "C2": "Q2", "D2": "Q1", "E2": "Q2"}.items():
            page[cell] = value
        page.merge_cells("B1:C1")
        page.merge_cells("D1:E1")
        page.merge_cells("A1:A2")
        for r, row in enumerate([("Köln", 1, 2, 3, 4), ("Bern", 5, 6, 7, 8)]):
            for c, value in enumerate(row):
                page.cell(3 + r, 1 + c, value)
    put("merged.xlsx", book(merged), [("city", "c", "Köln|Bern"), ("2023 Q1", "n", "1|5"), ("2023 Q2", "n", "2|6"), ("2024 Q1", "n", "3|7"), ("2024 Q2", "n", "4|8")], ["two rows name"])

    def odd(page):
        rows = [("when", "clock", "text number", "error", "blank", None), (dt.datetime(2024, 1, 2, 3, 4, 5), dt.time(10, 30), "1,5", "=1/0", None, 1),
                (dt.datetime(1900, 1, 1), dt.time(17, 45), "2,5", 5, None, 2), (None, None, None, None, None, None), (dt.datetime(2024, 2, 29), None, "3", 6, None, 3)]
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                page.cell(r, c, value)
        page["D2"].value, page["D2"].data_type = "#DIV/0!", "e"
    put("odd.xlsx", book(odd), [("when", "d", "2024-01-02 03:04:05|1900-01-01|2024-02-29"), ("clock", "n", "10.5|17.75|", "h"), ("text number", "n", "1.5|2.5|3"), ("error", "n", "|5|6"), ("blank", "n", "||"), ("column_6", "n", "1|2|3")],
        ["error", "column_6", "times of day", "kept as text", "Column blank: all"])

    def corner(page):
        page["A1"], page["B1"], page["A2"], page["B2"], page["A3"], page["B3"] = "a", "b", 1, 2, 3, 4
        page["XFD1048576"] = 7
    put("far_corner.xlsx", book(corner), [("a", "n", "1|3|"), ("b", "n", "2|4|"), ("column_3", "n", "||7")], ["column_3"])

    def late(page):
        page["A1"], page["B1"] = "a", "b"
        for i in range(150):
            page.cell(i + 2, 1, i if i != 120 else "oops")
            page.cell(i + 2, 2, 1)
    put("late_text.xlsx", book(late), [("a", "n", "|".join("" if i == 120 else str(i) for i in range(150))), ("b", "n", "|".join(["1"] * 150))], ["Row 122, column 1 (a): “oops”"])
    put("missing_stated.xlsx", book(lambda p: [p.append(r) for r in [["a", "b"], [1, "x"], [-9, "y"], [3, "-9"]]]), [("a", "n", "1||3"), ("b", "c", "x|y|")], options=[("missing", "-9")])
    put("no_cells.xlsx", book(lambda p: None), error="no rows")
    whole = book(base)
    put("cut.xlsx", whole[: len(whole) // 2], error="zip archive cannot be read")

    old = xlwt.Workbook()
    page = old.add_sheet("Data")
    style = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for r, row in enumerate([NAMES] + ROWS):
        for c, value in enumerate(row):
            if isinstance(value, dt.date):
                page.write(r, c, value, style)
            elif value is not None:
                page.write(r, c, value)
    out = io.BytesIO()
    old.save(out)
    put("base.xls", out.getvalue(), TYPED)
    put("html.xls", "city\tsize\nKöln\t1\nBern\t2\n", [("city", "c", "Köln|Bern"), ("size", "n", "1|2")])

    calc = odf.opendocument.OpenDocumentSpreadsheet()
    sheet = odf.table.Table(name="Data")
    for row in [NAMES] + ROWS:
        line = odf.table.TableRow()
        for value in row:
            if value is None:
                cell = odf.table.TableCell()
            elif isinstance(value, bool):
                cell = odf.table.TableCell(valuetype="boolean", booleanvalue=str(value).lower())
            elif isinstance(value, float):
                cell = odf.table.TableCell(valuetype="float", value=value)
            elif isinstance(value, dt.date):
                cell = odf.table.TableCell(valuetype="date", datevalue=value.isoformat())
            else:
                cell = odf.table.TableCell(valuetype="string")
                cell.addElement(odf.text.P(text=value))
            line.addElement(cell)
        sheet.addElement(line)
    calc.spreadsheet.addElement(sheet)
    out = io.BytesIO()
    calc.save(out)
    put("base.ods", out.getvalue(), TYPED)


def databases():
    def database(*statements):
        path = FILES / "tmp.db"
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA page_size = 512")
            for statement, rows in statements:
                connection.executemany(statement, rows) if rows else connection.execute(statement)
        connection.close()
        data = path.read_bytes()
        path.unlink()
        return data

    base = [("CREATE TABLE cities (city TEXT, size REAL, day TEXT, ok TEXT)", None),
            ("INSERT INTO cities VALUES (?, ?, ?, ?)", [(c, s, d and d.isoformat(), ["no", "yes"][o]) for c, s, d, o in ROWS])]
    other = [("CREATE TABLE \"odd \"\"name\" (a, b)", None), ("INSERT INTO \"odd \"\"name\" VALUES (?, ?)", [(1, 2), (3, "x")])]
    put("one_table.sqlite", database(*base), BASE)
    put("two_tables.db", database(*base, *other), BASE, ["the table “cities” of 2 is read"])
    put("table_stated.db", database(*base, *other), [("a", "n", "1|3"), ("b", "c", "2|x")], options=[("table", 'odd "name')])
    put("query_stated.db", database(*base, *other), [("city", "c", "Köln|Bern|Wien"), ("n", "n", "1|2|1")], options=[("query", "SELECT city, count(*) AS n FROM cities GROUP BY city ORDER BY min(rowid)")])
    put("query_writes.db", database(*base), error="begins with SELECT", options=[("query", "DELETE FROM cities")])
    put("query_wrong.db", database(*base), error="cannot be read so", options=[("query", "SELECT nothing FROM nowhere")])
    put("table_wrong.db", database(*base), error="Try cities", options=[("table", "citys")])
    put("types.db", database(("CREATE TABLE t (id INTEGER, big INTEGER, blob BLOB)", None), ("INSERT INTO t VALUES (?, ?, ?)", [(1, 2**60 + 1, b"x"), (2, 2**60 + 3, b"y")])),
        [("id", "n", "1|2"), ("big", "c", f"{2**60 + 1}|{2**60 + 3}"), ("blob", "n", "|")], ["2 cells hold binary", "as a name", "Column blob"])
    put("no_tables.db", database(("CREATE TABLE t (a)", None), ("DROP TABLE t", None)), error="no tables")
    put("not_sqlite.db", bytes(range(256)) * 4, error="no SQLite database")
    put("encrypted.db", b"SQLite format 3\0" + bytes((i * 7919 >> 3) & 255 for i in range(2048)), error="SQLite database")
    put("text.db", "a,b\n1,2\n3,4\n", [("a", "n", "1|3"), ("b", "n", "2|4")])


def parquet():
    frame = pa.table({"city": [r[0] for r in ROWS], "size": [r[1] for r in ROWS], "day": [r[2] for r in ROWS], "ok": [r[3] for r in ROWS]})

    def packed(table, **options):
        out = io.BytesIO()
        pq.write_table(table, out, **options)
        return out.getvalue()

    for codec in ["snappy", "zstd", "lz4", "gzip", "none"]:
        put(f"{codec}.parquet", packed(frame, compression=codec), TYPED)
    put("brotli.parquet", packed(frame, compression="brotli"), error="snappy or zstd")
    put("v2.parquet", packed(frame, data_page_version="2.0"), TYPED)
    put("groups.parquet", packed(frame, row_group_size=1), TYPED)
    plain = frame.drop_columns(["ok"])
    put("delta.parquet", packed(plain, use_dictionary=False, column_encoding={"city": "DELTA_BYTE_ARRAY", "size": "BYTE_STREAM_SPLIT", "day": "DELTA_BINARY_PACKED"}), TYPED[:3])
    stamps = pa.table({"ms": pa.array([0, 1500, None], pa.timestamp("ms")), "us": pa.array([0, 1500000, None], pa.timestamp("us")), "ns": pa.array([0, 1500000000, None], pa.timestamp("ns")), "s": pa.array([0, 1, None], pa.timestamp("s"))})
    shown = "1970-01-01|1970-01-01 00:00:01.500|"
    expected = [("ms", "d", shown), ("us", "d", shown), ("ns", "d", shown), ("s", "d", "1970-01-01|1970-01-01 00:00:01|")]
    put("stamps.parquet", packed(stamps), expected)
    put("int96.parquet", packed(stamps.drop_columns(["s"]), use_deprecated_int96_timestamps=True), expected[:3])
    small = [pa.array([1, None, 200], pa.uint8()), pa.array([1, None, -2], pa.int8()), pa.array([1, None, 4000000000], pa.uint32()), pa.array([1, None, 2**52], pa.uint64()), pa.array([1.5, None, -2.5], pa.float16()), pa.array([0.1, None, 3e10], pa.float32())]
    put("widths.parquet", packed(pa.table(small, names=["u8", "i8", "u32", "u64", "f16", "f32"])),
        [("u8", "n", "1||200"), ("i8", "n", "1||-2"), ("u32", "n", "1||4000000000"), ("u64", "n", f"1||{2**52}"), ("f16", "n", "1.5||-2.5"), ("f32", "n", "0.1||30000000000")])
    put("huge_integers.parquet", packed(pa.table({"a": pa.array([2**60 + 1, 2**60 + 3], pa.int64()), "b": pa.array([2**63 + 5, 1], pa.uint64())})),
        [("a", "c", f"{2**60 + 1}|{2**60 + 3}"), ("b", "c", f"{2**63 + 5}|1")], ["Column a", "Column b"])
    put("decimals.parquet", packed(pa.table({"a": pa.array([Decimal("1.25"), Decimal("-2.50"), None], pa.decimal128(10, 2)), "b": pa.array([Decimal("123456789012.5"), Decimal("-0.5"), None], pa.decimal128(30, 1))})),
        [("a", "n", "1.25|-2.5|"), ("b", "n", "123456789012.5|-0.5|")])
    put("decimals_small.parquet", packed(pa.table({"a": pa.array([Decimal("1.25"), Decimal("-2.50")], pa.decimal128(7, 2))}), store_decimal_as_integer=True), [("a", "n", "1.25|-2.5")])
    put("times.parquet", packed(pa.table({"t": pa.array([dt.time(10, 30), None, dt.time(17, 45)], pa.time64("us"))})), [("t", "n", "10.5||17.75", "h")])
    put("dictionary.parquet", packed(pa.table({"c": pa.array(["x", "y", None, "x"]).dictionary_encode(), "n": [1, 2, 3, 4]})), [("c", "c", "x|y||x"), ("n", "n", "1|2|3|4")])
    put("nested.parquet", packed(pa.table({"s": [{"a": 1, "b": "x"}, {"a": 2, "b": None}], "l": [[1, 2], []], "n": [1, 2]})), [("s.a", "n", "1|2"), ("s.b", "c", "x|"), ("n", "n", "1|2")], ["Column l: it holds lists"])
    put("all_null.parquet", packed(pa.table({"a": pa.nulls(2), "n": [1, 2]})), [("a", "n", "|"), ("n", "n", "1|2")], ["Column a: all"])
    put("binary.parquet", packed(pa.table({"a": pa.array([b"\xff\x00", b"ok"]), "n": [1, 2]})), [("a", "c", "|ok"), ("n", "n", "1|2")], ["1 cell holds binary"])
    out = io.BytesIO()
    pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}, index=[5, 7]).to_parquet(out)
    put("pandas_index.parquet", out.getvalue(), [("a", "n", "1|2"), ("b", "c", "x|y"), ("__index_level_0__", "n", "5|7")])
    out = io.BytesIO()
    pl.DataFrame({"a": [1, 2, None], "b": ["x", "y", None], "c": [dt.datetime(2024, 1, 2), None, dt.datetime(2024, 1, 3)]}).write_parquet(out)
    put("polars.parquet", out.getvalue(), [("a", "n", "1|2|"), ("b", "c", "x|y|"), ("c", "d", "2024-01-02||2024-01-03")])
    put("no_rows.parquet", packed(frame.slice(0, 0)), error="no rows")
    whole = packed(frame)
    put("cut.parquet", whole[:-20], error="damaged")
    put("garbage.parquet", b"PAR1" + b"\0" * 50 + b"PAR1", error="damaged")


def compressed():
    plain = text().encode()
    put("plain.csv.gz", gzip.compress(plain, mtime=0), BASE)
    put("members.csv.gz", gzip.compress(plain[:40], mtime=0) + gzip.compress(plain[40:], mtime=0), BASE)
    put("plain.csv.zst", zstandard.compress(plain), BASE)

    def zipped(*files):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files:
                archive.writestr(zipfile.ZipInfo(name), data)
        return out.getvalue()

    put("plain.zip", zipped(("folder/plain.csv", plain), ("__MACOSX/folder/._plain.csv", b"x")), BASE)
    put("lines.jsonl.gz", gzip.compress(b'{"a":1}\n{"a":2}\n', mtime=0), [("a", "n", "1|2")])
    put("arff.zip", zipped(("x.arff", (ARFF + "Bern,1,2024-01-02,no\nWien,2,2024-01-03,yes\n").encode())), [("city", "c", "Bern|Wien"), ("size", "n", "1|2"), ("day", "d", "2024-01-02|2024-01-03"), ("ok", "y", "no|yes")], target="ok")
    put("database.db.gz", gzip.compress((FILES / "one_table.sqlite").read_bytes(), mtime=0), BASE)
    put("sheet.zip", zipped(("base.ods", (FILES / "base.ods").read_bytes())), TYPED)
    put("two_files.zip", zipped(("a.csv", b"a\n1\n"), ("b.csv", b"a\n1\n")), error="holds 2 files")
    put("empty.zip", zipped(), error="empty")
    put("cut.csv.gz", gzip.compress(plain, mtime=0)[:-20], error="damaged")
    put("twice.csv.gz.gz", gzip.compress(gzip.compress(plain, mtime=0), mtime=0), error="compressed twice")
    put("not.csv.gz", plain, BASE)
    bomb = gzip.compress(b"\0" * (300 << 20), 9, mtime=0)
    put("bomb.csv.gz", gzip.compress(bomb, 9, mtime=0), error="compressed twice")


def foreign():
    put("feather.feather", b"ARROW1\0\0" + b"\0" * 40, error="Save it as Parquet")
    put("picture.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, error="a picture")
    put("document.pdf", b"%PDF-1.7\n" + b"\xff\x00" * 20, error="a PDF")
    put("survey.sav", b"$FL2@(#) SPSS" + b"\0" * 40, error="an SPSS file")
    put("access.mdb", b"\0\x01\0\0Standard Jet DB\0" + b"\0" * 40, error="an Access database")
    put("archive.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 40, error="Unpack it first")


shutil.rmtree(FILES, ignore_errors=True)
FILES.mkdir(parents=True)
for part in [delimited, orange, arff, as_json, sheets, databases, parquet, compressed, foreign]:
    part()
made = sorted(FILES.iterdir())
print(len(made) // 2, "files,", sum(f.stat().st_size for f in made) // 1024, "KB with what is expected")
