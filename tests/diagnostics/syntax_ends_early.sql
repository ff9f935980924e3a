/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id FROM labels WHERE title IN ('가', '나'
