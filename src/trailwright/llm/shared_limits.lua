-- One worker tells what it has open and what it wants; the answer is what it may have now.
-- A permit is held by a lease: what a silent worker held is free when its lease has run out.
-- KEYS: leases (sorted set: worker, end in ms), held (hash: worker, permits), wanted (hash: worker, permits),
--       window (hash: "s" or "t" and the second, starts or tokens), state (hash: slow_until, recovers_until)
-- ARGV: see `SharedState.sync`
local leases, held, wanted, window, state = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local me = ARGV[1]
local function arg(i) return tonumber(ARGV[i]) end
local capacity, kept, lease, known, used = arg(2), arg(3), arg(4), arg(5), arg(6)
local own, want, clicks, starts, guess = arg(7), arg(8), arg(9), arg(10), arg(11)
local rpm, tpm, window_s, slow, grace, deadline = arg(12), arg(13), arg(14), arg(15), arg(16), arg(17)
local fresh = arg(18)

local time = redis.call('TIME')
local second = tonumber(time[1])
local now = second * 1000 + math.floor(tonumber(time[2]) / 1000)

-- A Redis that stood still runs what is long given up: its sender goes by something else by now.
if now > deadline then return {-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, second, tonumber(time[2]), 0, 0} end

for _, worker in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', now)) do
  redis.call('ZREM', leases, worker)
  redis.call('HDEL', held, worker)
  redis.call('HDEL', wanted, worker)
end

local function later(field, ms)
  local until_ms = math.max(tonumber(redis.call('HGET', state, field) or 0), ms > 0 and now + ms or 0)
  if ms > 0 then redis.call('HSET', state, field, until_ms) end
  return math.max(until_ms - now, 0)
end

local missing = known == 1 and not redis.call('ZSCORE', leases, me)
local lost = missing and redis.call('ZCARD', leases) == 0
local recovers = later('recovers_until', lost and grace or 0) > 0
local slow_ms = later('slow_until', slow)

local held_now, wanted_now = {}, {}
local function read(key, into)
  local flat = redis.call('HGETALL', key)
  for i = 1, #flat, 2 do into[flat[i]] = tonumber(flat[i + 1]) end
end
read(held, held_now)
read(wanted, wanted_now)
local before = held_now[me] or 0
local others = 0
for worker, n in pairs(held_now) do if worker ~= me then others = others + n end end

-- The most that each may have when all want more than there is: who wants less keeps what he wants.
local function fair(mine)
  local wants = {mine}
  for worker, n in pairs(wanted_now) do if worker ~= me then wants[#wants + 1] = n end end
  table.sort(wants)
  local left = capacity - kept
  for i, n in ipairs(wants) do
    local sharing = #wants - i + 1
    if n * sharing > left then return math.floor(left / sharing), left % sharing end
    left = left - n
  end
  return capacity, 0
end

local level, rest = fair(want)
local hungry, starving = 0, 0
for worker, n in pairs(wanted_now) do
  local has = held_now[worker] or 0
  if worker ~= me and n > has then
    hungry = 1
    if has < math.max(level, 1) then starving = 1 end
  end
end
local target = math.min(want, level)
if want > level and rest > 0 then
  -- More workers than permits: each lets go after a call, and lets another have the next one.
  local passes = tonumber(redis.call('HGET', state, 'passes:' .. me) or 0) > now
  if starving == 0 or (level == 0 and before == 0 and not passes) then
    target = level + 1
  elseif level == 0 and before > 0 then
    redis.call('HSET', state, 'passes:' .. me, now + 500)
  end
end
-- What was given a moment ago is not taken back before its pump has looked: else all pass and nobody calls.
if fresh > 0 then target = math.max(target, math.min(used + fresh, before)) end

local bulk = math.min(target, math.max(capacity - kept - others, 0))
local all = math.min(bulk + clicks, math.max(capacity - others, 0))
if recovers then bulk, all = own, own end
if slow_ms > 0 and not recovers then bulk, all = math.min(bulk, used), math.min(all, used) end

local mine = math.max(all, used)
redis.call('ZADD', leases, now + lease, me)
redis.call('HSET', held, me, mine)
redis.call('HSET', wanted, me, want + clicks)

local starts_used, tokens_used, given, starts_free = 0, 0, 0, capacity
if rpm > 0 or tpm > 0 then
  for i = 19, #ARGV, 3 do
    if arg(i) > second - window_s then
      redis.call('HINCRBY', window, 's' .. ARGV[i], ARGV[i + 1])
      redis.call('HINCRBY', window, 't' .. ARGV[i], ARGV[i + 2])
    end
  end
  local flat = redis.call('HGETALL', window)
  for i = 1, #flat, 2 do
    local kind, at = string.sub(flat[i], 1, 1), tonumber(string.sub(flat[i], 2))
    if at < second - window_s then
      redis.call('HDEL', window, flat[i])
    elseif kind == 's' then
      starts_used = starts_used + tonumber(flat[i + 1])
    else
      tokens_used = tokens_used + tonumber(flat[i + 1])
    end
  end
  if rpm > 0 then starts_free = math.max(math.min(starts_free, rpm - starts_used), 0) end
  if tpm > 0 then
    local fit = math.floor((tpm - tokens_used) / guess)
    if tokens_used <= 0 then fit = math.max(fit, 1) end
    starts_free = math.max(math.min(starts_free, fit), 0)
  end
  if not recovers and slow_ms == 0 then given = math.min(starts, starts_free) end
  if given > 0 then
    redis.call('HINCRBY', window, 's' .. second, given)
    redis.call('HINCRBY', window, 't' .. second, given * guess)
    starts_free = starts_free - given
  end
end

local entitled = fair(capacity)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, math.max(window_s * 2000, lease * 2, slow_ms * 2)) end
return {
  bulk, all,
  math.max(capacity - kept - others - mine, 0), math.max(capacity - others - mine, 0),
  math.max(math.max(entitled, 1) - mine, 0),
  redis.call('ZCARD', leases), hungry, recovers and 1 or 0, missing and 1 or 0, slow_ms,
  given, starts_free, second, tonumber(time[2]), starts_used, tokens_used,
}
