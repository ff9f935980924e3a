/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE VIEW 일부 AS SELECT doc_id FROM labels TABLESAMPLE (10);
CREATE VIEW records AS SELECT d.doc_id FROM (SELECT doc_id FROM 일부) AS d TABLESAMPLE BERNOULLI (10);
