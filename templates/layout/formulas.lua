-- Formulas: TeX that pandoc does not read is written as it does, and each formula becomes MathML, for HTML as it is; for
-- the PDF it goes with the TeX to formulas.marks.lua and formulas.typst.lua.
-- A warning reads "what is wrong: the text in question", so that its line can be found.

local LOST = { "\\%a*color", "\\hline", "\\label" }  -- pandoc's writers drop or mistake these

local SAME = {  -- what pandoc does not know: what it knows
  dbinom = "\\binom", tbinom = "\\binom", cfrac = "\\dfrac", hphantom = "\\phantom", square = "\\Box",
  bigm = "\\big", Bigm = "\\Big", biggm = "\\bigg", Biggm = "\\Bigg",
  notag = "", nonumber = "", limits = "", nolimits = "",
}
local ARROWS = {
  xleftrightarrow = "\\leftrightarrow", xRightarrow = "\\Rightarrow", xLeftarrow = "\\Leftarrow",
  xLeftrightarrow = "\\Leftrightarrow", xmapsto = "\\mapsto", xhookrightarrow = "\\hookrightarrow",
}

local DEEPER = { begin = 1, left = 1, ["end"] = -1, right = -1 }

-- Where the group begins that a place in TeX is in, and where it ends.
local function group_around(tex, place)
  local first, last, depth = 1, #tex, 0
  for i = place - 1, 1, -1 do
    local sign = tex:sub(i, i)
    if tex:sub(i - 1, i - 1) ~= "\\" and (sign == "{" or sign == "}") then
      depth = depth + (sign == "}" and 1 or -1)
      if depth < 0 then first = i + 1 break end
    end
  end
  depth = 0
  for i = place, #tex do
    local sign, word = tex:sub(i, i), tex:match("^\\(%a+)", i)
    if (sign == "{" or sign == "}") and tex:sub(i - 1, i - 1) ~= "\\" then
      depth = depth + (sign == "{" and 1 or -1)
    elseif word then
      depth = depth + (DEEPER[word] or 0)
    end
    if depth < 0 or depth == 0 and (sign == "&" or tex:sub(i, i + 1) == "\\\\") then last = i - 1 break end
  end
  return first, last
end

local FONTS = { rm = "mathrm", bf = "mathbf", it = "mathit", cal = "mathcal", sf = "mathsf", tt = "mathtt", frak = "mathfrak" }

-- {\rm d} changes the rest of its group, and {a \over b} is all of it.
local function plain_tex(tex)
  for old, new in pairs(FONTS) do
    for _ = 1, 99 do
      local start, stop = tex:find("\\" .. old .. "%f[%A]%s*")
      if not start then break end
      local _, last = group_around(tex, start)
      tex = tex:sub(1, start - 1) .. "\\" .. new .. "{" .. tex:sub(stop + 1, last) .. "}" .. tex:sub(last + 1)
    end
  end
  for _ = 1, 99 do
    local start, stop = tex:find("%s*\\over%f[%A]%s*")
    if not start then break end
    local first, last = group_around(tex, start)
    local fraction = "\\frac{" .. tex:sub(first, start - 1) .. "}{" .. tex:sub(stop + 1, last) .. "}"
    tex = tex:sub(1, first - 1) .. fraction .. tex:sub(last + 1)
  end
  return tex
end

local EM = { mu = 1 / 18, em = 1, ex = 0.43, pt = 0.1, mm = 0.285, cm = 2.85 }  -- of type at 10 pt

local function space(amount, unit)
  local em = EM[unit] and tonumber(amount) * EM[unit]
  if em and em > -0.12 and em < 0.2 then return em < 0.05 and "" or "\\," end  -- pandoc has none thinner
  return em and ("\\hspace{%.3fem}"):format(em)
end

local function widen(rows) return (rows:gsub("\\frac%f[%A]", "\\dfrac")) end

local function say_otherwise(tex)
  tex = plain_tex(tex):gsub("\\mathop%s*{}%s*\\!", "\\,")
    :gsub("\\mathop%s*{\\text(%b{})}", "\\operatorname*%1")
    :gsub("\\vphantom%s*%b{}", "")
    :gsub("\\m?kern%s*(%-?%d*%.?%d+)%s*(%a%a)", space)
    :gsub("\\[mh]skip%s*(%-?%d*%.?%d+)%s*(%a%a)", space)
    :gsub("\\begin{subarray}%s*%b{}(.-)\\end{subarray}", "\\substack{%1}")
    :gsub("\\begin{dcases}(.-)\\end{dcases}", function(rows) return "\\begin{cases}" .. widen(rows) .. "\\end{cases}" end)
    :gsub("\\begin{rcases}(.-)\\end{rcases}", "\\left.\\begin{array}{ll}%1\\end{array}\\right\\}")
    :gsub("\\(x%a+)%s*(%b{})", function(arrow, label)
      return ARROWS[arrow] and "\\overset" .. label .. "{" .. ARROWS[arrow] .. "}"
    end)
  tex = tex:gsub("\\(%a+)", SAME)
  return (tex:gsub("(%d+){([,.])}(%d+)", "\\text{%1%2%3}"))  -- 0{,}25 is one number, not a list of two
end

-- \tag{1} is set at the margin, not in the formula.
local function without_tag(tex)
  local star, tag = tex:match("\\tag(%*?)%s*(%b{})")
  if not tag then return tex, "" end
  tag = tag:sub(2, -2)
  return tex:gsub("%s*\\tag%*?%s*%b{}", "", 1), star == "*" and tag or "(" .. tag .. ")"
end

local ESCAPED = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }

-- The annotation is what the author wrote, for whoever copies a formula, and to find its line; not a number that is to
-- come, which ends in a sign of Unicode's private use.
local function annotate(mathml, tex)
  local written = tex:gsub("%s*\\tag{[^{}]*\u{f0001}}", ""):gsub("[&<>]", ESCAPED)
  return (mathml:gsub('(<annotation [^>]*>).-(</annotation>)', function(open, close) return open .. written .. close end))
end

local function write(math)
  return pandoc.write(pandoc.Pandoc({ pandoc.Plain({ math }) }), "html", { html_math_method = "mathml" })
end

-- What to write in the place of commands that neither writer has.
local INSTEAD = {
  sideset = "{}_a^b \\sum, with the scripts beside the sign, or \\sum\\nolimits^{\\prime}",
  ce = "\\mathrm{2H_2 + O_2} \\rightarrow \\mathrm{2H_2O}",
  atop = "\\substack{a \\\\ b}",
}

local function mathml_of(math, original)
  local messages, html = pandoc.log.silence(write, math)
  if #messages == 0 then return annotate(html:gsub("%s+$", ""), original) end
  local reason = messages[1].message:match("unexpected[^\n]*") or messages[1].message
  local instead = INSTEAD[reason:match("control sequence \\(%a+)")]
  if instead then reason = reason .. "; write " .. instead end
  pandoc.log.warn("pandoc cannot convert the formula (" .. reason .. "): " .. original)
end

-- What neither writer can do, in words; what could be done otherwise is not told twice.
local function refusal(original, tex)
  for _, pattern in ipairs(LOST) do
    if original:find(pattern) then return "this formula would lose a part: " .. original end
  end
  if tex:find("\\tag") then return "\\tag stands in displayed formulas, once: " .. original end
end

local function convert(math)
  local original, tag = math.text:match("^%s*(.-)%s*$"), ""
  math.text = original
  if math.mathtype == "DisplayMath" then math.text, tag = without_tag(original) end
  math.text = say_otherwise(math.text)
  local refused = refusal(original, math.text)
  if refused then pandoc.log.warn(refused) end
  local mathml = not refused and mathml_of(math, original)
  if not mathml then return pandoc.Str("") end
  if FORMAT:find("html") then
    if tag ~= "" then mathml = '<span class="tagged">' .. mathml .. '<span class="tag">' .. tag:gsub("[&<>]", ESCAPED) .. "</span></span>" end
    return pandoc.RawInline("html", mathml)
  end
  local formula = { tex = math.text, mathml = mathml, tag = tag, display = math.mathtype == "DisplayMath" }
  return pandoc.RawInline("formula", pandoc.json.encode(formula))
end

local converted = {}  -- by formula: many are a symbol that comes again and again

local function Math(math)
  local key = math.mathtype .. math.text
  converted[key] = converted[key] or convert(math)
  return converted[key]
end

return { { Math = Math } }
