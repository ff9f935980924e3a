/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id INTO 새표 FROM labels;
