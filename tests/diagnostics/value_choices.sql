/* @plan
name: sample
sources:
  labels: { format: jsn, encoding: utf8, on_damage: keep, max_quarantine: 다섯, schema: { doc_id: string, title: string } }
outputs:
  records: { mode: replace, shard: { target_size: big } }
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
