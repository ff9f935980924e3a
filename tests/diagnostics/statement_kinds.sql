/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
-- 주석
INSERT INTO labels VALUES ('가');
SELECT doc_id FROM labels;
SET memory_limit = 1;
COPY labels TO 'out.parquet';
CREATE VIEW records AS SELECT doc_id, title FROM labels;
