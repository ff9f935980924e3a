/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
columns:
  doc_id: { ko: 문서 번호, checks: [uniqe, not_null] }
  title: { checks: [accepted, { range: [1] }, { lenght: 4 }] }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
