/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE OR REPLACE VIEW 하나 AS SELECT doc_id FROM labels;
CREATE TEMPORARY VIEW 둘 AS SELECT doc_id FROM 하나;
CREATE VIEW 셋(번호) AS SELECT doc_id FROM 둘;
CREATE VIEW IF NOT EXISTS records AS SELECT doc_id FROM 셋;
