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

local SIZE, FULL = 9.5, 453  -- the type of a table and its width, in points

-- About how wide a text is in a table, with the space beside it, as a share of the whole width: at least, at most.
local function at_least(text) return (utf8.len(text) * 0.4 + 1.2) * SIZE / FULL end
local function at_most(text)
  local wide = select(2, text:gsub("[%umw@%%]", ""))
  return (utf8.len(text) * 0.52 + wide * 0.26 + 1.3) * SIZE / FULL
end

-- The longest word of each column, and its longest text.
local function longest_in(element)
  local words, texts = pandoc.List({}), pandoc.List({})
  local function look(row)
    for i, cell in ipairs(row.cells) do
      local text = pandoc.utils.stringify(cell.contents)
      if #text >= #(texts[i] or "") then texts[i] = text end
      for word in (text .. " "):gmatch("(%S*)%s") do
        if #word >= #(words[i] or "") then words[i] = word end
      end
    end
  end
  for _, row in ipairs(element.head.rows) do look(row) end
  for _, body in ipairs(element.bodies) do
    for _, row in ipairs(body.body) do look(row) end
  end
  return words, texts
end

-- Typst makes columns alike where their texts have no room, and a word longer than its column runs into the next:
-- such a column gets what it needs, and the others share the rest.
local function make_room(element, words, texts)
  local needs, sum, natural, equal = words:map(at_most), 0, 0, 1 / #words
  for i, need in ipairs(needs) do sum, natural = sum + need, natural + at_most(texts[i]) end
  local shares = element.colspecs:map(function(spec) return spec[2] or equal end)
  local fits = true
  for i, word in ipairs(words) do
    fits = fits and (at_least(word) <= shares[i] or not word:find("%w[%d%p]+%w"))  -- letters are hyphenated
  end
  if fits or natural <= 1 and not element.colspecs[1][2] or sum > 1 then return element end
  element.colspecs = element.colspecs:map(function(spec, i)
    return { spec[1], needs[i] + (1 - sum) * shares[i] }
  end)
  return element
end

local function Table(element)
  local words, texts = longest_in(element)
  local open = "#fitted((" .. table.concat(words:map(quote), ", ") .. ",))["
  local close = pandoc.RawBlock("typst", "]")
  return { pandoc.RawBlock("typst", open), make_room(element, words, texts), close }
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

-- What the list of figures says of one without a title: its caption, without the number that the list has itself.
local function without_number(caption)
  local rest = pandoc.List({ table.unpack(caption) })
  if rest[1] and rest[1].t == "Strong" then rest:remove(1) end
  if rest[1] and rest[1].t == "Space" then rest:remove(1) end
  return pandoc.Inlines(rest):walk({ Note = function() return {} end })
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
  local caption, title = pandoc.utils.blocks_to_inlines(figure.caption.long), titles[figure.identifier]
  code:extend(part(", caption: ", caption))
  code:extend(part(", supplement: ", title and title:walk({ Str = Str }) or without_number(caption)))
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
  if span.classes:includes("together") then
    return pandoc.List({ typst("#box[") }) .. span.content .. { typst("]") }
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
