"""Makes a catalogue of invented sets for measurements of scale: DIR/sets.parquet and DIR/files.parquet.

    python3 benches/catalogue.py DIR [SETS] [FILES]

1,000,000 sets with 10,000,000 files unless told otherwise. Needs `duckdb`. The same arguments give the same rows. Then:

    jogak catalog import DIR/sets.parquet --as-of 2026-11
    jogak catalog import DIR/files.parquet --as files --as-of 2026-11
    jogak catalog score
    jogak catalog select --llm 15 --physical 15
"""

import sys
from pathlib import Path

import duckdb

WHERE = ["뉴스 기사", "행정 문서", "의료 기록", "도로 교통", "제조 공정", "시설 원예", "초등 수학", "해양 관측", "법률 판례", "콜센터"]
WHAT = ["기계독해 데이터", "객체 추적 영상", "음성 대화 데이터", "질의응답 데이터", "이미지 분류 데이터", "행동 인식 영상", "번역 말뭉치",
        "라이다 3D 데이터", "문장제 풀이 데이터", "감성 대화 말뭉치", "이상 탐지 센서 데이터", "요약문 데이터"]
FIELDS = ["한국어", "교통물류", "헬스케어", "제조", "농축수산", "교육", "재난안전환경", "문화관광", "로봇·피지컬AI", "법률"]
MODALITIES = ["텍스트", "비디오", "오디오", "이미지", "3D", "센서"]


def main():
    folder = Path(sys.argv[1])
    sets, files = (int(text) for text in (sys.argv[2:] + ["1000000", "10000000"][len(sys.argv) - 2 :]))
    folder.mkdir(parents=True, exist_ok=True)
    db = duckdb.connect()
    db.execute("SET preserve_insertion_order = true")
    word = {}
    for salt, (name, words) in enumerate({"places": WHERE, "kinds": WHAT, "fields": FIELDS, "modalities": MODALITIES}.items()):
        literal = ", ".join(f"'{word}'" for word in words)
        word[name] = f"list_extract([{literal}], 1 + (hash(i * 31 + {salt}) % {len(words)})::INT)"
    db.execute(f"""COPY (SELECT 1000000 + i AS id, '(가상) ' || {word['places']} || ' ' || {word['kinds']} || ' ' || i AS title,
        {word['fields']} AS field, {word['modalities']} AS modality, 2017 + (hash(i) % 6)::INT AS build_year,
        (hash(i + 7) % 100000)::BIGINT AS views, (hash(i + 9) % 5000)::BIGINT AS downloads
        FROM range({sets}) AS r(i)) TO '{folder}/sets.parquet' (FORMAT parquet, ROW_GROUP_SIZE 100000)""")
    db.execute(f"""COPY (SELECT 1000000 + i % {sets} AS dataset_id,
        printf('%03d.가상/01-1.정식개방데이터/%s/%s/%s%d.zip', i % 300, list_extract(['Training', 'Validation'], (1 + (i // {sets}) % 2)::INT),
        list_extract(['02.라벨링데이터', '01.원천데이터'], (1 + (i // {sets} // 2) % 2)::INT), list_extract(['TL', 'TS'], (1 + (i // {sets} // 2) % 2)::INT), i // {sets}) AS path,
        (hash(i + 3) % 5000000000)::BIGINT AS size
        FROM range({files}) AS r(i)) TO '{folder}/files.parquet' (FORMAT parquet, ROW_GROUP_SIZE 100000)""")


main()
