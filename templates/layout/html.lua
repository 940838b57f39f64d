-- The boxes of the handout in HTML, and formulas that stay beside their brackets.

local labels, own = {}, {}

local function Meta(meta)
  for key, label in pairs(meta) do
    local box = key:match("^label%-(.*)")
    if box then labels[box] = pandoc.utils.stringify(label) end
    own[key:match("^colour%-(.*)") or ""] = true
  end
end

-- A browser may break a line between a formula and the bracket or comma beside it.
local function keep_together(run)
  local formulas = run:filter(function(inline) return inline.t == "Math" end)
  if #formulas == 0 or #formulas == #run then return run end
  return { pandoc.Span(run, { class = "together" }) }
end

local function Inlines(inlines)
  local kept, run = pandoc.List({}), pandoc.List({})
  for _, inline in ipairs(inlines) do
    if inline.t == "Str" or inline.t == "Math" and inline.mathtype == "InlineMath" then
      run:insert(inline)
    else
      kept:extend(keep_together(run))
      kept:insert(inline)
      run = pandoc.List({})
    end
  end
  kept:extend(keep_together(run))
  return kept
end

local function Div(div)
  local box = div.classes[1]
  if not labels[box] then return nil end
  if box == "answer" then
    local open = '<details class="answer"><summary>' .. labels.answer .. "</summary>"
    return pandoc.List({ pandoc.RawBlock("html", open) }) .. div.content .. { pandoc.RawBlock("html", "</details>") }
  end
  if own[box] then div.classes:insert("box") end
  local number = div.attributes.number and "\u{a0}" .. div.attributes.number or ""
  div.attributes.number = nil
  div.content:insert(1, pandoc.Div(pandoc.Plain(labels[box] .. number), { class = "label" }))
  return div
end

local function Header(header)
  local number = header.attributes.number
  if not number then return nil end
  local shown = pandoc.Span({ pandoc.Str(number) }, { class = "header-section-number" })
  header.content = pandoc.List({ shown, pandoc.Space() }) .. header.content
  return header
end

local MANY = 8  -- columns

local function Table(element)
  if #element.colspecs >= MANY then element.classes:insert("many") end
  return pandoc.Div(element, { class = "scroll" })
end

-- The attributes that go into the page as they are; any other becomes data, which does nothing.
local KEPT = pandoc.List({ "lang", "dir", "title", "alt", "width", "height", "rel", "target", "hreflang", "translate", "role" })

local function keep_harmless(element)
  local kept, changed = {}, false
  for name, value in pairs(element.attributes) do
    local harmless = KEPT:includes(name) or name:find("^data%-") or name:find("^aria%-") or name == "startFrom"
    changed = changed or not harmless
    table.insert(kept, { harmless and name or "data-" .. name, value })
  end
  if not changed then return nil end
  element.attributes = kept
  return element
end

local each = {}
for _, kind in ipairs({ "Link", "Span", "Div", "Header", "Code", "CodeBlock", "Table", "Image", "Figure" }) do
  each[kind] = keep_harmless
end

return { { Meta = Meta }, { Inlines = Inlines, Header = Header, Div = Div, Table = Table }, each }
