-- 선정별 예산과 분야 분포 (먼저 jogak catalog select)
-- Cost of each selection and its spread over fields (after jogak catalog select)
SELECT s.name, s.track, d.field, count(*) AS sets, sum(s.cost_krw) AS krw, round(avg(s.stability), 2) AS stability,
       count(*) FILTER (WHERE s.provisional) AS provisional
FROM catalog.selections AS s
LEFT JOIN catalog.datasets AS d ON d.id = s.dataset_id
GROUP BY s.name, s.track, d.field
ORDER BY s.name, s.track, sets DESC, d.field;
