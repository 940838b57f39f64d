-- Formulas for Typst, before pandoc writes them: what its writer would lose or mistake is said otherwise, or goes through
-- it as a mark, a brace over the part with a text that begins with @, which formulas.typst.lua takes for what it says.

local function marked(part, mark) return "\\overbrace{" .. part .. "}^{\\text{@" .. mark .. "}}" end

-- \bigl( becomes scaled text with spaces around; Typst sizes a pair of brackets by itself.
local function pair_brackets(tex)
  return (tex:gsub("\\[bB]igg?l%f[%A]", "\\left"):gsub("\\[bB]igg?r%f[%A]", "\\right"))
end

-- One \! takes away the space that TeX, not Typst, sets before \left and behind \right.
local function drop_negative_space(tex)
  return (tex:gsub("\\!%s*\\left%f[%A]", "\\left"):gsub("\\!%s*(\\[bB]igg?%f[%A])", "%1")
    :gsub("(\\right%s*\\?[^%s%a])%s*\\!", "%1"):gsub("(\\right%s*\\%a+)%s*\\!", "%1"))
end

-- How rows without brackets of their own are aligned; those of array say it themselves.
local BARE = { matrix = "", smallmatrix = "", array = "", gathered = "", aligned = "rl", alignedat = "rl", split = "rl" }

-- The columns and vertical lines of an array, "r|l", as "rl|1".
local function columns(name, rows)
  if name ~= "array" then return BARE[name], rows end
  local spec, rest = rows:match("^%s*(%b{})(.*)$")
  local aligned, lines = "", ""
  for sign in (spec or ""):sub(2, -2):gsub("%b{}", ""):gmatch("[lcr|]") do
    if sign == "|" then lines = lines .. "|" .. #aligned else aligned = aligned .. sign end
  end
  if aligned:find("^c*$") then aligned = "" end
  return aligned .. lines, rest or rows
end

local function matrix(name, rows, kind)
  local how, rest = columns(name, rows)
  local joined = how == "rl" and name ~= "array" and " joined" or ""
  local mark = kind .. " " .. (how == "" and "-" or how) .. joined
  return "\\begin{matrix}" .. rest .. "\\text{@rows " .. mark .. "}\\end{matrix}"
end

local function is_whole(tex, name)
  return name ~= "array" and BARE[name] and not name:find("matrix") and not tex:find("^%s*\\begin.*\\begin")
    and tex:find("^%s*\\begin{" .. name .. "}") and tex:find("\\end{" .. name .. "}%s*[.,;]?%s*$")
end

-- Rows without brackets would run into what stands beside them: they get some, which are taken away again.
local function bracket_rows(tex)
  for _, name in ipairs({ "matrix", "smallmatrix", "array", "gathered", "aligned", "alignedat", "split" }) do
    tex = tex:gsub("()\\begin{" .. name .. "}(.-)\\end{" .. name .. "}()", function(start, rows, behind)
      if rows:find("\\begin{") or is_whole(tex, name) then return nil end
      local before, after = tex:sub(1, start - 1), tex:sub(behind)
      if not (before:find("\\left%s*\\?[^%s%.]+%s*$") and after:find("^%s*\\right%s*[^%.]")) then
        return "\\left(" .. matrix(name, rows, "bare") .. "\\right)"
      end
      if name == "array" then return matrix(name, rows, "kept") end
    end)
  end
  return tex
end

-- A brace before rows is that of cases, or of equations that are aligned.
local function braced_rows(tex)
  return (tex:gsub("\\left%s*\\{%s*\\begin{(%a+)}(.-)\\end{(%a+)}%s*\\right%s*%.", function(name, rows)
    if name == "array" and rows:find("^%s*{ll?}") then
      return "\\begin{cases}" .. rows:gsub("^%s*%b{}", "") .. "\\end{cases}"
    end
    if BARE[name] then return "\\left(" .. matrix(name, rows, "brace") .. "\\right)" end
  end):gsub("\\left%s*%.%s*\\begin{(%a+)}(.-)\\end{%a+}%s*\\right%s*\\}", function(name, rows)
    if name == "array" then rows = rows:gsub("^%s*%b{}", "") end
    if BARE[name] then return "\\begin{cases}\\text{@reverse}" .. rows .. "\\end{cases}" end
  end))
end

-- pandoc writes a brace before lines of one column each as a small brace before the first of them.
local function widen_cases(tex)
  return (tex:gsub("(\\begin{cases})(.-)(\\end{cases})", function(open, rows, close)
    if not rows:find("&") then return open .. rows:gsub("\\\\", "& \\\\") .. " &" .. close end
  end))
end

-- Two formulas in a line stand apart: Typst sets no gap before the third column.
local function part_columns(tex)
  return (tex:gsub("(\\begin{align%a*%*?})(.-)(\\end{align)", function(open, rows, close)
    local count, depth = 0, 0
    rows = rows:gsub("(\\?)([&\\])(%a*)", function(escape, sign, word)
      if escape .. sign == "\\" and word == "begin" then depth = depth + 1 end
      if escape .. sign == "\\" and word == "end" then depth = depth - 1 end
      if depth > 0 then return nil end
      if escape .. sign == "\\\\" then count = 0 end
      if escape .. sign ~= "&" then return nil end
      count = count + 1
      if count % 2 == 0 then return "& \\quad " .. word end
    end)
    return open .. rows .. close
  end))
end

local SIZED = { dfrac = "display", tfrac = "inline" }

local function keep_sizes(tex)
  for name, size in pairs(SIZED) do
    for _ = 1, 4 do  -- as deep as they stand in one another
      tex = tex:gsub("\\" .. name .. "%s*(%b{})%s*(%b{})", function(above, below)
        return marked("\\frac" .. above .. below, size)
      end)
    end
  end
  return tex
end

-- The base of \overset{n}{AB} is the whole of it.
local function keep_bases(tex)
  return (tex:gsub("\\(%a+set)%s*(%b{})%s*(%b{})", function(name, label, base)
    if base:find("^{%s*\\%a+%s*}$") or base:find("^{%s*" .. utf8.charpattern .. "%s*}$") then return nil end
    if name == "overset" then return "\\overbrace" .. base .. "^{\\text{@over}" .. label .. "}" end
    if name == "underset" then return "\\underbrace" .. base .. "_{\\text{@under}" .. label .. "}" end
  end):gsub("\\overparen%s*(%b{})", function(base) return marked(base:sub(2, -2), "paren") end))
end

-- \left. x \right|_0 has a tall bar.
local function keep_open_sides(tex)
  return (tex:gsub("\\left%s*%.", "\\left(\\text{@open}"):gsub("\\right%s*%.", "\\text{@open}\\right)"))
end

local function prepare(tex)
  local whole = tex:match("^%s*\\displaystyle%f[%A]%s*(.*)$")
  tex = drop_negative_space(pair_brackets(whole or tex))
  tex = part_columns(bracket_rows(widen_cases(braced_rows(tex))))
  return keep_open_sides(keep_bases(keep_sizes(tex))), whole
end

local function RawInline(raw)
  if raw.format ~= "formula" then return nil end
  local formula = pandoc.json.decode(raw.text, false)
  local whole
  formula.tex, whole = prepare(formula.tex)
  formula.whole = whole ~= nil
  return pandoc.RawInline("formula", pandoc.json.encode(formula))
end

return { { RawInline = RawInline } }
