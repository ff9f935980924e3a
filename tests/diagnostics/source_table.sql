/* @plan
name: sample
sources:
  labels: { table: 라벨표, files: "**/*.zip", schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
