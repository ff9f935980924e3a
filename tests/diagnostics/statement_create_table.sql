/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE TABLE 표 (a int);
CREATE EXTERNAL TABLE x STORED AS PARQUET LOCATION 's3://x';
CREATE VIEW records AS SELECT doc_id, title FROM labels;
