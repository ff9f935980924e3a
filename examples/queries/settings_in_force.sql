-- 지금 쓰이는 설정과, jogak.toml에서 온 것인지 (비밀은 보이지 않는다)
-- Settings in force, and whether they come from jogak.toml (secrets are not shown)
SELECT name, value, origin FROM system.settings ORDER BY origin DESC, name;
