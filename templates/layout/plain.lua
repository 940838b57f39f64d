-- What the slides say: each figure with its chapter, title, caption and alternative text, in plain text, as JSON;
-- and the chapter that goes on.
-- The rest of the handout is left out. What plain text cannot say of a formula stays TeX.

local titles = {}

local function in_brackets(group)
  local inner = group:sub(2, -2)
  return inner:find("^\\?%w+$") and inner or "(" .. inner .. ")"
end

-- What pandoc's plain writer leaves as TeX, or writes oddly.
local function mend(tex)
  return (tex
    :gsub("(%d+){([,.])}(%d+)", "\\text{%1%2%3}")
    :gsub("\\hat(%b{})", function(group) return group:sub(2, -2) .. "\u{302}" end)
    :gsub("\\sqrt(%b{})", function(group) return "√" .. in_brackets(group) end)
    :gsub("\\[dt]?frac(%b{})(%b{})", function(a, b) return in_brackets(a) .. "/" .. in_brackets(b) end)
    :gsub("'", "′"))
end

local function plain(blocks)
  local text = pandoc.write(pandoc.Pandoc(blocks), "plain", { wrap_text = "none" })
  return (text
    :gsub("\xe2\x80[\x84-\x8a]", " ")  -- the spaces in formulas, U+2004 to U+200A
    :gsub("([_^])%((%w)%)", "%1%2")
    :gsub("%s+", " ")
    :gsub("^ ", "")
    :gsub(" $", ""))
end

local function Math(math)
  math.text = mend(math.text)
  local _, text = pandoc.log.silence(plain, { pandoc.Plain({ math }) })
  return pandoc.Str(text)
end

local function Meta(meta)
  for key, title in pairs(meta) do
    local figure = key:match("^title%-(.*)")
    if figure and pandoc.utils.type(title) == "Blocks" then titles[figure] = plain(title) end
    if figure and pandoc.utils.type(title) == "Inlines" then titles[figure] = plain({ pandoc.Plain(title) }) end
  end
end

local function picture_of(figure)
  local found
  figure:walk({ Image = function(image) found = image end })
  return found
end

local function Pandoc(doc)
  local slides, chapter = pandoc.List({}), ""
  doc:walk({
    Header = function(header)
      if header.level == 1 then chapter = plain({ pandoc.Plain(header.content) }) end
    end,
    Figure = function(figure)
      local picture = picture_of(figure)
      local name = figure.classes:includes("own") and picture.src or figure.identifier:gsub("^fig%-", "")
      slides:insert({
        figure = name,
        chapter = chapter,
        title = titles[name] or "",
        alt = picture.attributes.alt,
        caption = plain(figure.caption.long),
      })
    end,
  })
  doc.blocks = { pandoc.RawBlock("plain", pandoc.json.encode({ figures = slides, chapter = chapter })) }
  return doc
end

return { { Math = Math }, { Meta = Meta }, { Pandoc = Pandoc } }
