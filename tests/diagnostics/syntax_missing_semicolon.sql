/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE VIEW 단계 AS SELECT doc_id FROM labels

CREATE VIEW records AS SELECT doc_id FROM 단계;
