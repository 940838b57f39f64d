-- Formulas for Typst, behind pandoc: what its writer has mistaken is mended, and what formulas.marks.lua has marked is done.

local function quote(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("%s+", " ") .. '"'
end

-- |h| is a pair of bars; the two of p(a|b) p(c|d), with brackets open between them, are not.
local function pair(bar)
  return function(inner)
    local flat = inner:gsub("%b()", ""):gsub("chevron%.l (.-) chevron%.r", "")
    if not flat:find("[()|]") and not flat:find("chevron") then return "lr(" .. bar .. inner .. bar .. ")" end
  end
end

-- A bar is no relation with space around but where it is written as one, \mid or \parallel.
local function mend_bars(formula, tex)
  formula = formula:gsub("∥(.-)∥", "lr(‖%1‖)")
  formula = formula:gsub("\\| (.-) \\|", pair("|")):gsub("%s*(\\|)", ' class("normal", %1)')
  if tex:find("\\|", 1, true) and not tex:find("\\parallel") then
    formula = formula:gsub("%f[%a]parallel (.-) parallel%f[%A]", pair("‖"))
    formula = formula:gsub("%s*%f[%a]parallel%f[%A]", ' class("normal", ‖)')
  end
  local fences = tex:gmatch("\\begin{([vV])matrix}")  -- both are written alike
  return (formula:gsub('delim: "||"', function()
    return 'delim: "' .. (fences() == "V" and "‖" or "|") .. '"'
  end))
end

local function lr_sized(size, bracket)
  if bracket == "parallel" then bracket = "‖" end
  return "lr(size: #" .. size / 100 .. "em, " .. bracket .. ")"
end

local ALIGNED = { l = "left", r = "right" }

-- The cells of a row are between commas, which stand in no brackets and are not escaped.
local function split(text, sign)
  local parts, depth, from, i = pandoc.List({}), 0, 1, 1
  while i <= #text do
    local c = text:sub(i, i)
    if c == "\\" then i = i + 1
    elseif c == '"' then i = text:find('"', i + 1, true) or #text
    elseif c == "(" or c == "[" then depth = depth + 1
    elseif c == ")" or c == "]" then depth = depth - 1
    elseif c == sign and depth == 0 then parts:insert(text:sub(from, i - 1)); from = i + 1 end
    i = i + 1
  end
  parts:insert(text:sub(from))
  return parts
end

-- In columns that differ, an alignment point before a cell sets it at the left, one behind it at the right.
local function align_cells(body, how)
  return table.concat(split(body, ";"):map(function(row)
    local i = 0
    return table.concat(split(row, ","):map(function(cell)
      i = i + 1
      local sign = how:sub(i, i)
      return sign == "l" and " &" .. cell or sign == "r" and cell .. " &" or cell
    end), ",")
  end), ";")
end

local FENCES = { bare = "#none", brace = '#("{", none)' }

local mend_matrix

function mend_matrix(written)
  local delim, body = written:match('^%(delim: (".-"), (.*)%)$')
  if not delim then return nil end
  body = body:gsub("mat(%b())", mend_matrix)
  local rest, kind, how = body:match('^(.*)%f[%S]upright%("@rows (%a+) (.-)"%)$')
  if not rest then return "mat(delim: " .. delim .. ", " .. body .. ")" end
  rest = rest:gsub("%s+$", "")
  local aligned, lines = how:match("^(%a*)|?([%d|]*)")
  local options = how:find("joined") and ", column-gap: #0.28em" or ""
  if lines ~= "" then
    options = options .. ", augment: #(vline: (" .. lines:gsub("|", ", ") .. ",), stroke: 0.5pt)"
  end
  if aligned:find("^l+$") or aligned:find("^r+$") then
    options = options .. ", align: #" .. ALIGNED[aligned:sub(1, 1)]
  elseif aligned ~= "" then
    rest = align_cells(rest, aligned)
  end
  return "mat(delim: " .. (FENCES[kind] or delim) .. options .. ", " .. rest .. ")"
end

-- pandoc writes a column in parentheses as a vector, its rows between commas.
local function mend_vector(written)
  if not written:find('"@rows', 1, true) then return nil end
  return mend_matrix('(delim: "\1", ' .. table.concat(split(written:sub(2, -2), ","), ";") .. ")")
end

local function mend_cases(cases)
  local gap = cases:gsub(" & ", " & quad "):gsub(" & quad ([,)])", "%1"):gsub(" & quad$", "")
  if gap:find('upright("@reverse")', 1, true) then
    gap = "(reverse: #true, " .. gap:gsub('upright%("@reverse"%)%s*', "", 1):sub(2)
  end
  return "cases" .. gap
end

local MARKS = {
  display = "display(%s)", inline = "inline(%s)", paren = "overparen(%s)",
}

local function mend_marks(formula)
  return (formula:gsub("%f[%a](%a+brace)(%b())", function(brace, part)
    local inner = mend_marks(part:sub(2, -2))
    local base, mark = inner:match('^(.*), upright%("@(%a+)"%)$')
    if mark then return MARKS[mark]:format((base:gsub("%%", "%%%%"))) end
    local over, side, label = inner:match('^(.*), upright%("@(%a+)"%)%s*(.*)$')
    if side then return "limits(" .. over .. ")" .. (side == "over" and "^(" or "_(") .. label .. ")" end
    return brace .. "(" .. inner .. ")"
  end))
end

-- \left. and \right. are brackets with a mark beside them; the one that is left has no partner.
local OPEN = 'upright%("@open"%)'
local function open_sides(formula)
  local function left(inner, close) return "lr(" .. inner .. "\\" .. close .. ")" end
  local function right(open, inner) return "lr(\\" .. open .. inner .. ")" end
  return (formula
    :gsub("lr%(%(" .. OPEN .. "%s*(.-)([%]}])%)", left):gsub("lr%(([%[{])(.-)%s*" .. OPEN .. "%)%)", right)
    :gsub("lr%(%(" .. OPEN .. "%s*", "lr("):gsub("%s*" .. OPEN .. "%)%)", ")")
    :gsub("%(" .. OPEN .. "%s*(.-)(%))", left):gsub("(%()(.-)%s*" .. OPEN .. "%)", right))
end

-- A name of several letters is an operator, with its own space, not a text.
local function name_operators(formula, tex)
  local limits = (tex:find("\\operatorname%*") or tex:find("\\underset")) and ", limits: #true" or ""
  return (formula:gsub('([%w:]*[( ]?)"([^"]*)"', function(before, name)
    if before == "upright(" or before == "class(" or before:find(": $") or name == "" then return nil end
    return before .. 'op("' .. name .. '"' .. limits .. ")"
  end))
end

-- Text has a space of its own beside what Typst would set.
local function space_text(formula)
  return (formula:gsub('(upright%("%s[^"]*"%))', "#h(0em) %1"):gsub('(upright%("[^"]*%s"%))', "%1 #h(0em)")
    :gsub('(upright%("%-[^"]*"%))', "#h(0em) %1"))
end

-- Where Typst sets space by itself, an explicit one takes its place; in TeX it goes beside it.
local RELATIONS = pandoc.List({ "=", "divides", "<", ">", "in", "lt.eq", "gt.eq", "approx", "equiv", "tilde.op" })
local function negative_space(formula)
  local function beside(sign) return RELATIONS:includes(sign) and "#h(0.111em)" end
  return (formula:gsub("#h%(%-1em%)", "#h(-0.167em)")
    :gsub("#h%(%-0.167em%)( (%S+))", function(rest, sign) return beside(sign) and beside(sign) .. rest end)
    :gsub("((%S+) )#h%(%-0.167em%)", function(rest, sign) return beside(sign) and rest .. beside(sign) end)
    :gsub("(integral[%.%a]*) #h%(%-0.167em%)", "%1"))
end

local RENAMED = {
  ["paren.l.double"] = "⦅", ["paren.r.double"] = "⦆", ["brace.l.double"] = "⦃", ["brace.r.double"] = "⦄",
  ["angle.right.sq"] = "⦜", ["angle.spheric.top"] = "⦡", ["angle.oblique"] = "⦦", ["nothing.circle"] = "⦳",
  ["errorbar.circle.filled"] = "⧳", ["errorbar.circle.stroked"] = "⧲",
}

-- pandoc 3.9 writes some symbols by names that Typst 0.15 no longer has, spaces that are not those of TeX, and no gap
-- between the columns of cases.
local function mend(formula, tex)
  if not tex:find("\\begin") then formula = formula:gsub(" & ", " \\& ") end
  formula = formula:gsub("#h%(0em%)", "thick"):gsub("#scale%(x: (%d+)%%, y: %d+%%%)%[(.-%]?)%]", lr_sized)
  formula = name_operators(open_sides(mend_marks(mend_bars(formula, tex))), tex)
  formula = formula:gsub('delim: "%("', 'delim: "\1"')  -- so that brackets are balanced
    :gsub("vec(%b())", mend_vector):gsub("mat(%b())", mend_matrix):gsub("cases(%b())", mend_cases):gsub("\1", "(")
  return (space_text(negative_space(formula))
    :gsub("lr%(%]", "lr(\\]"):gsub("%[%)", "\\[)")
    :gsub("%f[%a](arrow%.[lr][%.%a]*)([_^])", "stretch(%1, size: #(100%% + 0.6em))%2")
    :gsub("%f[%a][%a.]+", RENAMED)
    :gsub("%f[%a](%a+)%.circle%f[%A]", "%1.o")
    :gsub("%f[%a]sect%f[%A]", "inter")
    :gsub("%f[%a]accent%(", "std.math.accent(")  -- the layout calls a colour accent
    :gsub("bracket%.([lr])%.double", "bracket.%1.stroked")
    :gsub("stroke: black, inset: 3pt", "stroke: 0.5pt, inset: 3pt"))
end

-- The alternative of a formula is its MathML; figgen says it in words (figgen/handout/formulas.py).
local function equation(formula)
  local math = pandoc.Math(formula.display and "DisplayMath" or "InlineMath", formula.tex)
  local written = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ math }) }), "typst"):gsub("%s+$", "")
  written = mend(written, formula.tex)
  if formula.whole then written = written:gsub("^%$ ?(.-) ?%$$", "$display(%1)$") end
  local numbering = formula.tag ~= "" and "numbering: _ => " .. quote(formula.tag) .. ", " or ""
  local head = "#math.equation(block: " .. tostring(formula.display) .. ", alt: " .. quote(formula.mathml) .. ", "
  return head .. numbering .. written .. ")"
end

local function RawInline(raw)
  if raw.format ~= "formula" then return nil end
  return pandoc.RawInline("typst", equation(pandoc.json.decode(raw.text, false)))
end

return { { RawInline = RawInline } }
