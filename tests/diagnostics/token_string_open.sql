/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, '끝나지 않는 AS t FROM labels;
