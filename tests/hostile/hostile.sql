/* @plan
name: hostile
title: { ko: 망가진 입력 모음, en: The corpus of bad input }
sources:
  # No patterns: everything that lies in the corpus is read, so that one job meets all of it.
  labels: { schema: { id: int, text: string, value: float, raw: json } }
outputs:
  records: { mode: append }
@plan */

CREATE VIEW records AS
SELECT _src['object'] AS object, _src['member'] AS member, _src['member_index'] AS member_index,
       _src['record'] AS record, id, text, value, raw
FROM labels;
