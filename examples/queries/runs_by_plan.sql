-- 계획별로 몇 번 돌렸고 어떻게 끝났나, 줄 수와 걸린 시간
-- Starts by plan: how they ended, rows, and seconds
SELECT plan, status, count(*) AS starts, sum("rows") AS "rows",
       round(avg(ended_ms - started_ms) / 1000.0, 1) AS seconds, max(started) AS last_start
FROM system.runs
GROUP BY plan, status
ORDER BY last_start DESC NULLS LAST;
