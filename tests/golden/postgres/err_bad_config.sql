-- invalid configuration: the 400 response
-- @config slot.name=Bad-Slot
-- @config decimal.handling.mode=nope
-- @config table.include.list=a
-- @config table.exclude.list=b
-- @unset topic.prefix
SELECT 1;
-- @create

