-- 규칙과 전문가의 값이 가장 크게 다른 곳 (이해관계가 있는 평가는 뺀다)
-- Where experts and rules differ most (judgements with a conflict of interest left out)
SELECT p.dataset_id, p.track, p.criterion, p.value AS rule, avg(j.value) AS experts, count(*) AS reviewers,
       max(j.value) - min(j.value) AS disagreement
FROM catalog.score_parts AS p
JOIN catalog.judgments AS j ON j.dataset_id = p.dataset_id AND j.criterion = p.criterion
WHERE j.conflict_of_interest IS NOT TRUE
GROUP BY p.dataset_id, p.track, p.criterion, p.value
ORDER BY abs(p.value - avg(j.value)) DESC NULLS LAST, p.dataset_id;
