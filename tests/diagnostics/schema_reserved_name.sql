/* @plan
name: sample
sources:
  labels:
    schema: { doc_id: string, title: string, _src: string }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
