-- 함께 오는 계획과, 그것으로 바꿀 수 있다고 본 데이터셋의 수
-- The shipped plans, and how many sets each was found to fit
SELECT p.name, p.track, p.title_ko, p.title_en, count(m.dataset_id) AS sets
FROM system.plans AS p
LEFT JOIN catalog.placements AS m ON m.plan = p.name AND m.track = p.track
GROUP BY p.name, p.track, p.title_ko, p.title_en
ORDER BY p.track, p.name;
