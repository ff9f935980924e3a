-- 들여다보면 가장 크게 달라질 데이터셋: 높은 상한, 넓은 구간, 적은 측정
-- Where a probe would tell most: a high upper end, a wide interval, little measured
SELECT s.track, s.dataset_id, d.title, round(s.high, 3) AS upper_end, round(s.high - s.low, 3) AS width,
       round(s.measured_share, 2) AS measured, l.url
FROM catalog.scores AS s
JOIN catalog.datasets AS d ON d.id = s.dataset_id
LEFT JOIN catalog.locations AS l ON l.dataset_id = s.dataset_id
WHERE s.measured_share < 0.5
ORDER BY upper_end DESC, width DESC, s.dataset_id
LIMIT 30;
