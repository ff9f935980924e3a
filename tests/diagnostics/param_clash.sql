/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
params:
  labels: { type: int, default: 1 }
  records: { type: int, default: 2 }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id FROM labels WHERE character_length(title) > $labels + $records;
