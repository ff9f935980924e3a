-- 15위 안인지 밖인지 증거로는 가릴 수 없는 데이터셋: 순위 구간이 15위를 사이에 둔다
-- Sets of which the evidence cannot say whether they belong to the first 15: their rank interval spans it
SELECT s.track, s.dataset_id, d.title, s.rank, s.rank_low, s.rank_high, round(s.known_share, 2) AS known
FROM catalog.scores AS s
JOIN catalog.datasets AS d ON d.id = s.dataset_id
WHERE s.rank_low <= 15 AND s.rank_high > 15
ORDER BY s.track, s.rank;
