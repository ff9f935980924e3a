-- 가져온 것과 가져오지 못한 것: 읽은 줄 = 받은 것 + 문제
-- What was imported and what could not be: lines read = items + problems
SELECT i.time, i.form, i.source, i.read, i.items, i.problems, p.code, p.cases, p.example
FROM catalog.imports AS i
LEFT JOIN (
    SELECT import_id, code, count(*) AS cases, min(why) AS example
    FROM catalog.problems
    GROUP BY import_id, code
) AS p ON p.import_id = i.import_id
ORDER BY i.time DESC, p.cases DESC NULLS LAST;
