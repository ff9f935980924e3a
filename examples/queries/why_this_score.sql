-- 한 데이터셋(577)의 점수가 무엇으로 이루어졌나: 값, 구간, 증거, 가중치, 까닭
-- What the score of one set (577) is made of: value, interval, evidence, weight, and why
SELECT track, criterion, kind, value, low, high, evidence, weight, reason_ko, reason_en
FROM catalog.score_parts
WHERE dataset_id = '577'
ORDER BY track, position;
