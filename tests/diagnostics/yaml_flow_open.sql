/* @plan
name: sample
sources:
  labels: { files: "**/한글*.zip", format: json
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
