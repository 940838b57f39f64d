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

-- What may find no room in a line: so many characters without a space; those of a word are hyphenated.
local LONG, LONGEST_WORD = 30, 80

local function is_too_long(text)
  local length = utf8.len(text)
  return length > LONG and (text:find("%w[%d%p]+%w") or length > LONGEST_WORD) and not text:find("\u{a0}")
end

-- What Typst would read as a mark of a list or a heading where a cell or a span begins, as a dash, an ellipsis, a
-- quotation mark to choose, or a place to hyphenate; pandoc 3.9 escapes some of these in paragraphs only.
local function is_mark(text)
  return text:find("^[/+-]$") or text:find("^=+$") or text:find("%-[%-?]") or text:find("...", 1, true) or text:find("[\"']")
end

local function Str(str)
  if is_mark(str.text) then return typst((str.text:gsub("%p", "\\%0"))) end
  if is_too_long(str.text) then return typst("#breakable(" .. quote(str.text) .. ")") end
end

-- The longest word of each column, by which the layout tells whether the table has room.
local function Table(element)
  local longest = pandoc.List({})
  local function look(row)
    for i, cell in ipairs(row.cells) do
      for word in pandoc.utils.stringify(cell.contents):gmatch("%S+") do
        if utf8.len(word) > utf8.len(longest[i] or "") then longest[i] = word end
      end
    end
  end
  for _, row in ipairs(element.head.rows) do look(row) end
  for _, body in ipairs(element.bodies) do
    for _, row in ipairs(body.body) do look(row) end
  end
  local words = longest:map(quote)
  return { pandoc.RawBlock("typst", "#fitted((" .. table.concat(words, ", ") .. ",))["), element, pandoc.RawBlock("typst", "]") }
end

-- A picture of the author's own; in a line it is as high as the line.
local function photo(image)
  local width = image.attributes.width
  local pixels = width and width:match("^([%d.]+)px$")
  if pixels then width = tostring(pixels * 0.75) .. "pt" end
  local call = image.classes:includes("inline") and not width and "#icon(" or "#photo("
  local size = width and ", width: " .. width or ""
  return typst(call .. quote(image.src) .. ", alt: " .. quote(image.attributes.alt) .. size .. ")")
end

local function Image(image)
  if image.src:find("^own/") then return photo(image) end
  return typst("#picture(" .. quote(image.src:gsub("%.svg$", "")) .. ", alt: " .. quote(image.attributes.alt) .. ")")
end

-- The title for the list of figures, which pandoc's writer has no place for.
local function Figure(figure)
  local function part(name, inlines)
    return pandoc.List({ typst(name .. "[") }) .. inlines .. { typst("]") }
  end
  local content = figure.content[1].content
  if figure.classes:includes("own") then
    if #figure.caption.long == 0 then return pandoc.Para(part("#align(center)", content)) end
    content:insert(1, typst("#metadata(none) <" .. figure.identifier:gsub("^fig%-", "picture-") .. "> "))
  end
  local code = part("#context [#figure(placement: float(), ", content)
  code:extend(part(", caption: ", pandoc.utils.blocks_to_inlines(figure.caption.long)))
  local title = titles[figure.identifier]
  if title then code:extend(part(", supplement: ", title:walk({ Str = Str }))) end
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

return { { Meta = Meta }, { Str = Str, Table = Table, Image = Image, Figure = Figure, Link = Link, Span = Span, Header = Header, Div = Div } }
