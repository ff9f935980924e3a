/* @plan
name: sample
sources:
  labels: { order_by: [frame], max_group_bytes: 64MB, schema: { frame: int } }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT frame FROM labels;
