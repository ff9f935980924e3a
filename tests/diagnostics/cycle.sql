/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE VIEW 가 AS SELECT * FROM 나;
CREATE VIEW 나 AS SELECT * FROM 다;
CREATE VIEW 다 AS SELECT * FROM 가;
CREATE VIEW records AS SELECT doc_id FROM labels, 가;
