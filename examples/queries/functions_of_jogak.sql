-- jogak이 더한 SQL 함수
-- The SQL functions that jogak adds
SELECT family, name, arguments
FROM system.functions
WHERE family NOT IN ('sql', 'json')
ORDER BY family, name;
