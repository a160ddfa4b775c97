-- wrk: a submission over the API each time, with a key of its own; TOKEN and BODY come from the environment.
local file = io.open(os.getenv("BODY"))
local body = file:read("*a")
file:close()
local headers = { ["Authorization"] = "Bearer " .. os.getenv("TOKEN"), ["Content-Type"] = "application/json" }
local counter = 0

function init()
  local random = io.open("/dev/urandom", "rb")
  local bytes = random:read(6)
  random:close()
  prefix = bytes:gsub(".", function(c) return string.format("%02x", c:byte()) end) .. "-"
end

function request()
  counter = counter + 1
  headers["Idempotency-Key"] = prefix .. counter
  return wrk.format("POST", "/api/v1/dossiers", headers, body)
end

function done(summary)
  local errors = summary.errors
  if errors.status + errors.connect + errors.read + errors.timeout > 0 then print("errors", errors.status, errors.timeout) end
end
