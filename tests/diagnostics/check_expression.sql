/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
checks:
  - { name: 제목_길이, expr: "character_length(title >" }
  - { name: 제목_길이, expr: "title IS NOT NUL" }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
