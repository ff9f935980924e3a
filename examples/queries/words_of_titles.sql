-- 제목에 자주 나오는 낱말
-- The most frequent words of titles
SELECT word, count(*) AS sets
FROM (SELECT DISTINCT id, unnest(string_to_array(title, ' ')) AS word FROM catalog.datasets)
WHERE character_length(word) > 1 AND word NOT IN ('데이터', '및', '위한')
GROUP BY word
ORDER BY sets DESC, word
LIMIT 30;
