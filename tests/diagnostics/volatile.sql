/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE VIEW records AS
SELECT doc_id, '가' AS 가, now() AS 시각, uuid() AS id FROM labels WHERE random() < 0.1;
