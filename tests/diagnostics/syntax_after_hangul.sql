/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE VIEW records AS
SELECT '가나다' AS 제목, doc_id FORM labels;
