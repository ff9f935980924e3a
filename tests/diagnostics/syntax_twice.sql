/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE VIEW 첫째 AS SELECT doc_id, FROM labels WHERE;
CREATE VIEW records AS SELECT (title FROM labels;
