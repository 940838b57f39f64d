-- What pandoc's Typst writer leaves out: alternative texts, boxes, verdicts.
-- The functions called here are defined in handout.typ.j2.

local labels, colours, titles = {}, {}, {}

local function Meta(meta)
  for key, label in pairs(meta) do
    local box = key:match("^label%-(.*)")
    if box then labels[box] = pandoc.utils.stringify(label) end
    local own = key:match("^colour%-(.*)")
    if own then colours[own] = pandoc.utils.stringify(label) end
    local figure = key:match("^title%-(.*)")
    if figure then titles["fig-" .. figure] = label end
  end
end

local function quote(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("%s+", " ") .. '"'
end

local function typst(code)
  return pandoc.RawInline("typst", code)
end

-- \bigl( becomes scaled text with spaces around; Typst sizes a pair of brackets by itself.
local function pair_brackets(tex)
  return (tex:gsub("\\[bB]igg?l%f[%A]", "\\left"):gsub("\\[bB]igg?r%f[%A]", "\\right"))
end

-- pandoc writes a brace before lines of one column each as a small brace before the first of them.
local function widen_cases(tex)
  tex = tex:gsub("\\left%s*\\{%s*\\begin{array}{[lcr]}(.-)\\end{array}%s*\\right%s*%.", "\\begin{cases}%1\\end{cases}")
  return (tex:gsub("(\\begin{cases})(.-)(\\end{cases})", function(open, rows, close)
    if not rows:find("&") then return open .. rows:gsub("\\\\", "& \\\\") .. " &" .. close end
  end))
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

-- pandoc 3.9 writes some symbols by names that Typst 0.15 no longer has, spaces that are not those of TeX, and no gap
-- between the columns of cases.
local function mend(formula, tex)
  if not tex:find("\\begin") then formula = formula:gsub(" & ", " \\& ") end
  return (mend_bars(formula, tex)
    :gsub("%f[%a](%a+)%.circle%f[%A]", "%1.o")
    :gsub("%f[%a]sect%f[%A]", "inter")
    :gsub("%f[%a]accent%(", "std.math.accent(")  -- the layout calls a colour accent
    :gsub("bracket%.([lr])%.double", "bracket.%1.stroked")
    :gsub("#h%(%-1em%)", "#h(-0.167em)")
    :gsub("#h%(0em%)", "thick")
    :gsub("cases%b()", function(cases) return (cases:gsub(" & ", " & quad ")) end))
end

local function write(inline, format, options)
  return (pandoc.write(pandoc.Pandoc({ pandoc.Plain({ inline }) }), format, options):gsub("%s+$", ""))
end

-- The alternative of a formula is its MathML; figgen says it in words (figgen/handout/formulas.py).
local function equation(math)
  local mathml = write(math, "html", { html_math_method = "mathml" })
  math.text = widen_cases(pair_brackets(math.text))
  local block = tostring(math.mathtype == "DisplayMath")
  local formula = mend(write(math, "typst"), math.text)
  return typst("#math.equation(block: " .. block .. ", alt: " .. quote(mathml) .. ", " .. formula .. ")")
end

local equations = {}  -- by formula: many are a symbol that comes again and again

local function Math(math)
  local key = math.mathtype .. math.text
  equations[key] = equations[key] or equation(math)
  return equations[key]
end

-- At the start of a cell or a span = would begin a heading; pandoc 3.9 escapes it in paragraphs only.
local function Str(str)
  if str.text == "=" then return typst("\\=") end
end

local function Image(image)
  return typst("#picture(" .. quote(image.src:gsub("%.svg$", "")) .. ", alt: " .. quote(image.attributes.alt) .. ")")
end

-- The title for the list of figures, which pandoc's writer has no place for.
local function Figure(figure)
  local function part(name, inlines)
    return pandoc.List({ typst(name .. "[") }) .. inlines .. { typst("]") }
  end
  local code = part("#context [#figure(placement: float(), ", figure.content[1].content)
  code:extend(part(", caption: ", pandoc.utils.blocks_to_inlines(figure.caption.long)))
  local title = titles[figure.identifier]
  if title then code:extend(part(", supplement: ", title:walk({ Math = Math }))) end
  code:insert(typst(") <" .. figure.identifier .. ">]"))
  return pandoc.Plain(code)
end

local function Link(link)
  link.target = link.target:gsub("^#fig%-", "#picture-")
  return link
end

local function Span(span)
  if span.classes:includes("holds") then
    return typst("#holds(" .. quote(span.attributes["aria-label"]) .. ")")
  end
  if span.classes:includes("fails") or span.classes:includes("bound") then
    return pandoc.List({ typst("#" .. span.classes[1] .. "[") }) .. span.content .. { typst("]") }
  end
end

local function Header(header)
  if header.level == 1 then return { pandoc.RawBlock("typst", "#new-chapter"), header } end
end

local function wrap(call, blocks)
  return pandoc.List({ pandoc.RawBlock("typst", call .. "[") }) .. blocks .. { pandoc.RawBlock("typst", "]") }
end

-- No item of the evidence is torn, and what follows the list becomes a part of the last one.
local function tie_evidence(content)
  local list = content[1]
  if list.t ~= "BulletList" then return content end
  for i = 2, #content do list.content[#list.content]:insert(content[i]) end
  list.content = list.content:map(function(item) return wrap("#whole", item) end)
  return pandoc.List({ list })
end

local function Div(div)
  local box = div.classes[1]
  if box == "room" then return pandoc.RawBlock("typst", "#room") end
  if box == "reproduce" then return wrap("#reproduce", div.content) end
  if not labels[box] then return nil end
  if colours[box] then
    local colour = colours[box] == "" and "accent" or "rgb(" .. quote(colours[box]) .. ")"
    return wrap("#boxed(" .. quote(labels[box]) .. ", " .. colour .. ")", div.content)
  end
  local content = box == "evidence" and tie_evidence(div.content) or div.content
  return wrap("#" .. box .. "(" .. quote(labels[box]) .. ")", content)
end

return { { Meta = Meta }, { Math = Math, Str = Str, Image = Image, Figure = Figure, Link = Link, Span = Span, Header = Header, Div = Div } }
