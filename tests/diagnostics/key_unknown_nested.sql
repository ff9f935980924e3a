/* @plan
name: sample
sources:
  labels: { file: "**/라벨*.zip", encodng: cp949, schema: { doc_id: { tpye: string, type: string }, title: string } }
outputs:
  records: { shard: { target: 1MB }, partitions: [title] }
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
