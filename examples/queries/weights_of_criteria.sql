-- 트랙마다 무엇을 얼마나 중요하게 보나: 기준, 무게, 뜻
-- What counts in each track, and how much: criteria, weights, definitions
SELECT track, position, criterion, kind, weight, gate_min, name_ko, name_en, definition_ko, definition_en
FROM catalog.criteria
ORDER BY track, position;
