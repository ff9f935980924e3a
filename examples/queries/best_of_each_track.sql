-- 트랙별 상위 20종과 점수 구간, 순위 구간 (먼저 jogak catalog score)
-- The best 20 of each track with intervals of score and rank (after jogak catalog score)
SELECT s.track, s.rank, s.rank_low, s.rank_high, s.dataset_id, d.title, round(s.score, 3) AS score,
       round(s.low, 3) AS low, round(s.high, 3) AS high, s.status
FROM catalog.scores AS s
JOIN catalog.datasets AS d ON d.id = s.dataset_id
WHERE s.rank <= 20
ORDER BY s.track, s.rank;
