-- Asks for the lines of ASKED (method, path and body between tabs) in their order, each connection
-- with the next of TOKENS.
local function lines(name)
  local out = {}
  for line in io.lines(os.getenv(name)) do out[#out + 1] = line end
  return out
end
local tokens, asked = lines("TOKENS"), lines("ASKED")
local headers = {}
for i, token in ipairs(tokens) do
  headers[i] = {["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json"}
end
local count = 0
function init(args)
  math.randomseed(20261126)
  count = math.random(#asked)
end
function request()
  count = count + 1
  local method, path, body = asked[count % #asked + 1]:match("^(%S+)\t(%S+)\t(.*)$")
  return wrk.format(method, "/api/v1" .. path, headers[count % #headers + 1], body ~= "" and body or nil)
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
  io.write(string.format('{"requests": %d, "micros": %d, "errors": %d}\n', summary.requests,
    summary.duration, e.connect + e.read + e.write + e.status + e.timeout))
end
