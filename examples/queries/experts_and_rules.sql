-- 규칙과 전문가의 값이 가장 크게 다른 곳: 규칙은 판단을 빼고 본 범위, 전문가는 위원마다 가장 최근 판단 (이해관계가 있는 평가는 뺀다)
-- Where experts and rules differ most: a rule's range without judgements, against each reviewer's newest one
WITH said AS (
    SELECT dataset_id, reviewer, value,
           CASE WHEN strpos(criterion, '.') > 0 THEN split_part(criterion, '.', 1) END AS only_track,
           CASE WHEN strpos(criterion, '.') > 0 THEN split_part(criterion, '.', 2) ELSE criterion END AS criterion,
           time
    FROM catalog.judgments
    WHERE conflict_of_interest IS NOT TRUE
),
placed AS (
    SELECT p.dataset_id, p.track, p.criterion, p.kind, coalesce(p.rule_low, 0.0) AS rule_low,
           coalesce(p.rule_high, 1.0) AS rule_high, s.reviewer, s.value,
           row_number() OVER (PARTITION BY p.dataset_id, p.track, p.criterion, s.reviewer
                              ORDER BY s.time DESC, s.value) AS newest
    FROM catalog.score_parts AS p
    JOIN said AS s ON s.dataset_id = p.dataset_id AND s.criterion = p.criterion
                  AND coalesce(s.only_track, p.track) = p.track
)
SELECT dataset_id, track, criterion, kind, rule_low, rule_high, round(avg(value), 4) AS experts, count(*) AS reviewers,
       round(max(value) - min(value), 4) AS disagreement,
       avg(value) < rule_low OR avg(value) > rule_high AS outside
FROM placed
WHERE newest = 1
GROUP BY dataset_id, track, criterion, kind, rule_low, rule_high
ORDER BY abs((rule_low + rule_high) / 2.0 - avg(value)) DESC, dataset_id, track, criterion;
