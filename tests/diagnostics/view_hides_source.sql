/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE VIEW labels AS SELECT 1 AS doc_id;
CREATE VIEW records AS SELECT doc_id FROM labels;
