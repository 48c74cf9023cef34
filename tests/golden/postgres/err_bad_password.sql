-- unreachable / wrong database
-- @config database.dbname=no_such_db
SELECT 1;
-- @create

