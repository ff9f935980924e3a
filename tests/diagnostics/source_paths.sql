/* @plan
name: sample
sources:
  labels: { records: "data[*]", group: foldr, delimiter: "::", schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
