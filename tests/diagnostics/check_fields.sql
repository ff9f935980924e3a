/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
checks:
  - { name: 제목_있음, expr: "title <> ''", on_fail: quarantaine, max_rate: 150% }
  - { expr: "doc_id IS NOT NULL" }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
