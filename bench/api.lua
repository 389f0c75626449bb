-- What people at the desk ask for, in the proportions in which a day brings it. Each connection is
-- one person: they keep their token and, of the drafts, mostly their own.
-- Words of the environment: TOKENS, DRAFTS, SLUGS are files with one name a line.
local function lines(name)
  local out = {}
  for line in io.lines(os.getenv(name)) do out[#out + 1] = line end
  return out
end
local tokens, drafts, slugs = lines("TOKENS"), lines("DRAFTS"), lines("SLUGS")
local headers = {}
for i, token in ipairs(tokens) do
  headers[i] = {["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json"}
end
local count = 0
local function any(list) return list[math.random(#list)] end
local post = '{"text":"---\\ntitle: Weekly notes\\nkind: blog\\n---\\nWe met, we %s %d, and https://example.org/notes says the rest.\\n"%s}'
local kinds = {
  {30, function() return "GET", "/today" end},
  {20, function()
    local month = math.random(1, 12)
    return "GET", string.format("/announcements?from=2030-%02d-01&to=2030-%02d-28", month, month)
  end},
  {10, function() return "GET", "/announcements/" .. any(slugs) end},
  {15, function() return "GET", "/drafts/" .. any(drafts) end},
  {5, function() return "GET", "/drafts?open=true" end},
  {8, function() return "POST", "/previews", post:format("counted", count, "") end},
  {8, function()
    local text = post:format("typed", count, ',"based_on":1')
    return "PUT", "/drafts/" .. any(drafts) .. "/copy", text
  end},
  {2, function() return "POST", "/drafts/" .. any(drafts) .. "/notes", '{"text":"looks good"}' end},
  {2, function()
    return "PATCH", "/announcements/" .. any(slugs), string.format('{"at":"2030-%02d-%02d 10:00 UTC"}', math.random(1, 12), math.random(1, 28))
  end},
}
function init(args) math.randomseed(20261126) end
function request()
  count = count + 1
  local dice = math.random(100)
  for _, kind in ipairs(kinds) do
    dice = dice - kind[1]
    if dice <= 0 then
      local method, path, body = kind[2]()
      return wrk.format(method, "/api/v1" .. path, headers[count % #headers + 1], body)
    end
  end
end
local shown = 0
function response(status, _, body)
  if status >= 400 and shown < 3 then
    shown = shown + 1
    io.stderr:write(status, " ", body:sub(1, 300), "\n")
  end
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('{"requests": %d, "micros": %d, "p50": %d, "p99": %d, "max": %d, "errors": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    e.connect + e.read + e.write + e.status + e.timeout))
end
