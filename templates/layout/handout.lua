-- What HTML and PDF share: figures, and warnings that figgen turns into errors.
-- A warning reads "what is wrong: the text in question", so that its line can be found.

-- A macro's definition has done its work, and a lone command is text, such as C:\temp; other TeX would vanish.
local DEFINES = pandoc.List({
  "newcommand", "renewcommand", "providecommand", "newenvironment", "renewenvironment", "DeclareMathOperator",
  "def", "edef", "gdef", "let",
})

local function outside_formulas(raw)
  if raw.format ~= "tex" and raw.format ~= "latex" then return nil end
  if DEFINES:includes(raw.text:match("^\\(%a+)") or "") then return {} end
  if raw.text:find("[{%[]") then
    pandoc.log.warn("TeX outside of formulas is not read: " .. raw.text:match("[^\n]*"))
  end
  local text = pandoc.Inlines(raw.text)
  return raw.t == "RawBlock" and pandoc.Para(text) or text
end

local function Div(div)
  if not div.classes:includes("figure") then return nil end
  local image = pandoc.Image({}, div.attributes.file, "", { alt = div.attributes.alt })
  local caption = div.content
  if #caption == 1 then caption = { pandoc.Plain(caption[1].content) } end
  return pandoc.Figure(pandoc.Plain({ image }), caption, { id = div.identifier })
end

-- Whoever opens a handout need not trust its text: no link runs code, and no attribute does.
local OPENS = { http = true, https = true, mailto = true }

local function check_target(link)
  local scheme = link.target:gsub("%%%x%x", ""):gsub("[%s%c]", ""):lower():match("^([^/?#]-):")
  if scheme and not OPENS[scheme] then
    pandoc.log.warn("a link may begin with http, https or mailto, and not like this: " .. link.target)
  end
end

-- What HTML knows of such attributes; html.lua lets no other through that it knows.
local ACTS = pandoc.List({
  "style", "hidden", "srcdoc", "src", "srcset", "imagesrcset", "href", "action", "formaction", "ping", "poster",
  "background", "cite", "data", "manifest", "longdesc", "usemap", "content", "http-equiv", "attributionsrc",
})

local function check_attributes(element)
  for name in pairs(element.attributes or {}) do
    local plain = name:lower()
    if plain:find("^on") or plain:find(":") or ACTS:includes(plain) then
      pandoc.log.warn("this attribute could run code, lead elsewhere, or hide what is there: " .. name)
    end
  end
end

local function check_safety(doc)
  local function both(link) check_target(link) check_attributes(link) end
  local each = check_attributes
  doc:walk({ Link = both, Span = each, Div = each, Header = each, Code = each, CodeBlock = each, Table = each })
end

return { { Pandoc = check_safety }, { RawBlock = outside_formulas, RawInline = outside_formulas }, { Div = Div } }
