-- 지난번 가져오기와 무엇이 달라졌나 (다른 판끼리는 catalog."changes@1..3")
-- What changed since the import before (between other versions: catalog."changes@1..3")
SELECT change, fact, count(*) AS facts, min(dataset_id) AS example, min("before") AS before_it, min("after") AS after_it
FROM catalog.changes
GROUP BY change, fact
ORDER BY facts DESC, fact;
