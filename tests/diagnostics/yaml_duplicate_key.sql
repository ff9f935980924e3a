/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
version: 1
version: 2
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
