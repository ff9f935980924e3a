/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
schedule: { cron: "0 25 * * 월", timezone: Asia/Seoul, catch_up: last, overlapp: skip }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
