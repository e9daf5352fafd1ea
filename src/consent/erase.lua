-- Removes a record and its salt.  KEYS as in commit.lua.
-- ARGV  nonce of the request, the record's name
-- Reply {'OK', revision that stood there, '0' if none}.  Again is the same:
-- what is gone stays gone, and only a removal is logged.  {'HELD', revision}:
-- an operator's legal hold keeps it.

local LOG_SECONDS = 600

local old = redis.pcall('HMGET', KEYS[1], 'rev', 'policy', 'hold')

if old.err then
    old = {}                           -- no hash: whatever it is, it goes
end

local rev = old[1] or '0'

if old[3] == 'legal' then
    return {'HELD', rev}
end

if redis.call('DEL', KEYS[1], KEYS[2]) > 0 then
    local now = redis.call('TIME')

    redis.call('XADD', KEYS[3],
               'MINID', string.format('%.0f', (now[1] - LOG_SECONDS) * 1000),
               '*', 'op', 'erase', 'k', ARGV[2], 'rev', rev,
               'policy', old[2] or '', 'bits', '0', 'nonce', ARGV[1])
    redis.call('EXPIRE', KEYS[3], LOG_SECONDS)
    redis.pcall('PUBLISH', KEYS[3], '')    -- as in commit.lua
end

return {'OK', rev}
