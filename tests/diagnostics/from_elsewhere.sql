/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE VIEW 파일 AS SELECT * FROM '한글.json';
CREATE VIEW 함수 AS SELECT * FROM generate_series(1, 3);
CREATE VIEW records AS SELECT f.* FROM 파일 f, 함수, information_schema.tables;
