/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
titel: { ko: 제목, en: Title }
descripton: 설명
models: {}
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
