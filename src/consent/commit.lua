-- Writes a record, all or nothing.  The room consent puts the line before
-- this that names the engine and its flags: a closing record is written even
-- when memory is out.
--
-- KEYS  record, salt, log (one hash tag)
-- ARGV  expected revision, TTL in seconds, salt or '', the record's name,
--       then every field of the record: name, value, name, value ...
-- What the record said before goes into its field `history`, the last eight
-- times; a `hold` of "legal", an operator's, stays whatever is decided.
-- Reply {word, revision}:
--   OK     written
--   DUP    this very write (same nonce) stood there already
--   STALE  another revision than expected stands there

local LOG_SECONDS = 600
local PAST, PAST_BYTES = 8, 4096

local expected, ttl, salt, name = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local fields, new = {}, {}

for i = 5, #ARGV do
    fields[i - 4] = ARGV[i]
end

for i = 1, #fields, 2 do
    new[fields[i]] = fields[i + 1]
end

local old = redis.call('HMGET', KEYS[1], 'rev', 'nonce', 'hold', 'history',
                       'decided', 'how', 'purposes', 'evidence')
local rev = old[1] or '0'

if rev == new.rev and old[2] == new.nonce then
    return {'DUP', rev}
end

if rev ~= expected then
    return {'STALE', rev}
end

local function also(field, value)
    new[field] = value
    fields[#fields + 1], fields[#fields + 2] = field, value
end

local function past()
    local entries = old[4] and old[4] .. ';' or ''

    entries = entries .. table.concat({old[5] or '', old[6] or '',
        string.gsub(old[7] or '', ' ', ',') .. '', old[8] or ''}, ' ')

    local _, more = string.gsub(entries, ';', ';')

    while more >= PAST or (more > 0 and #entries > PAST_BYTES) do
        entries = string.gsub(entries, '^[^;]*;', '', 1)
        more = more - 1
    end

    return entries
end

if old[1] then
    also('history', past())
end

if old[3] == 'legal' then
    also('hold', 'legal')
end

-- No field of the old one survives.  Not by DEL before: in a slot that is being
-- moved a key that is gone has gone elsewhere, and the script ends there.

redis.call('HSET', KEYS[1], unpack(fields))

for _, field in ipairs(old[1] and redis.pcall('HKEYS', KEYS[1]) or {}) do
    if not new[field] then
        redis.pcall('HDEL', KEYS[1], field)
    end
end

redis.call('EXPIRE', KEYS[1], ttl)

if salt ~= '' then
    redis.call('SET', KEYS[2], salt, 'NX', 'EX', ttl)
end

redis.call('EXPIRE', KEYS[2], ttl, 'GT')   -- lives as long as its record

-- The log names records for ten minutes only: older entries leave with each
-- write, the last ones with the key.

local now = redis.call('TIME')

redis.call('XADD', KEYS[3],
           'MINID', string.format('%.0f', (now[1] - LOG_SECONDS) * 1000), '*',
           'op', new.how, 'k', name, 'rev', new.rev, 'policy', new.policy,
           'bits', new.bits,
           'evidence', string.match(new.evidence, '^[^:]*:?[^:]*'))
redis.call('EXPIRE', KEYS[3], LOG_SECONDS)

-- Tells whoever reads the log that it may; who may not publish writes all the
-- same.

redis.pcall('PUBLISH', KEYS[3], '')

return {'OK', new.rev}
