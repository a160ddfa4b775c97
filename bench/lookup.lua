-- wrk: the public look-up of CODE as a person without a secret makes it; COOKIE and CSRF are those of a page seen before.
local headers = { ["Content-Type"] = "application/x-www-form-urlencoded", ["Cookie"] = os.getenv("COOKIE") }
local codes = {}
for code in os.getenv("CODES"):gmatch("%S+") do codes[#codes + 1] = code end
local counter = 0

function init()
  local random = io.open("/dev/urandom", "rb")
  local bytes = random:read(6)
  random:close()
  prefix = bytes:gsub(".", function(c) return string.format("%02x", c:byte()) end)
end

function request()
  counter = counter + 1
  local body = "_csrf=" .. os.getenv("CSRF") .. "&_idem=" .. prefix .. string.format("%010d", counter) ..
    "&" .. os.getenv("FIELD") .. "=" .. codes[counter % #codes + 1]
  return wrk.format("POST", "/tra-cuu", headers, body)
end
