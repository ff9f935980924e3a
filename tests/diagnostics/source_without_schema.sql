/* @plan
name: sample
sources:
  labels: { files: "**/*.zip" }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT anything FROM labels;
