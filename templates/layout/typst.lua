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
  if title then code:extend(part(", supplement: ", title)) end
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

local function wrap(call, blocks, name)
  local close = (name or "") == "" and "]" or "] <" .. name .. ">"
  return pandoc.List({ pandoc.RawBlock("typst", call .. "[") }) .. blocks .. { pandoc.RawBlock("typst", close) }
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
  local label = quote(labels[box] .. (div.attributes.number and "\u{a0}" .. div.attributes.number or ""))
  if colours[box] then
    local colour = colours[box] == "" and "accent" or "rgb(" .. quote(colours[box]) .. ")"
    return wrap("#boxed(" .. label .. ", " .. colour .. ")", div.content, div.identifier)
  end
  local content = box == "evidence" and tie_evidence(div.content) or div.content
  return wrap("#" .. box .. "(" .. label .. ")", content, div.identifier)
end

return { { Meta = Meta }, { Str = Str, Image = Image, Figure = Figure, Link = Link, Span = Span, Header = Header, Div = Div } }
