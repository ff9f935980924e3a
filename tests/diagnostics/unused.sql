/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
  media: { schema: { path: string } }
params:
  남는_값: { type: int, default: 1 }
outputs:
  records: {}
@plan */
CREATE VIEW 남는_단계 AS SELECT doc_id FROM labels;
CREATE VIEW records AS SELECT doc_id, title FROM labels;
