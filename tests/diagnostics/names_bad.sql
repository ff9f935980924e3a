/* @plan
name: Sample Plan
sources:
  라벨-1: { schema: { doc_id: string } }
params:
  2nd: { type: int, default: 1 }
outputs:
  Records: {}
@plan */
CREATE VIEW "Records" AS SELECT doc_id FROM "라벨-1" WHERE $2nd = 1;
