/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE VIEW 질문 AS SELECT doc_id FROM lables;
CREATE VIEW records AS SELECT doc_id FROM 질문들 JOIN labels USING (doc_id);
