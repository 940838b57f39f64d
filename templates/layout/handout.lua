-- What HTML and PDF share: figures, decimal commas, and warnings that figgen turns into errors.
-- A warning reads "what is wrong: the text in question", so that its line can be found.

local student = false

local LOST = { "\\%a*color", "\\hline", "\\tag", "\\label" }  -- the Typst writer drops or mistakes these

local function Math(math)
  for _, pattern in ipairs(LOST) do
    if math.text:find(pattern) then
      pandoc.log.warn("the PDF would lose a part of this formula: " .. math.text)
    end
  end
  -- 0{,}25 is one number, not a list of two
  math.text = math.text:gsub("(%d+){([,.])}(%d+)", "\\text{%1%2%3}")
  return math
end

local function Meta(meta)
  student = pandoc.utils.stringify(meta.edition) == "student"
end

local function Image(image)
  pandoc.log.warn("a picture is shown by {% call figure(...) %}, not as: " .. image.src)
  return {}
end

local function Div(div)
  if student and div.classes:includes("answer") then return pandoc.Div({}, { class = "room" }) end
  if not div.classes:includes("figure") then return nil end
  local image = pandoc.Image({}, div.attributes.file, "", { alt = div.attributes.alt })
  local caption = div.content
  if #caption == 1 then caption = { pandoc.Plain(caption[1].content) } end
  return pandoc.Figure(pandoc.Plain({ image }), caption, { id = div.identifier })
end

local function check_headings(doc)
  local last = 0
  doc:walk({
    Header = function(header)
      if header.level > last + 1 then
        pandoc.log.warn("this heading skips a level: " .. pandoc.utils.stringify(header))
      end
      last = header.level
    end,
  })
end

local function check_links(doc)
  local places = {}
  local function remember(element) places["#" .. element.identifier] = true end
  doc:walk({ Header = remember, Div = remember, Span = remember, Figure = remember })
  doc:walk({
    Link = function(link)
      local cites = link.target:find("^#ref%-")  -- pandoc warns of these itself
      if link.target:find("^#") and not cites and not places[link.target] then
        pandoc.log.warn("this link leads nowhere: " .. link.target)
      end
    end,
  })
end

return { { Meta = Meta }, { Math = Math, Image = Image, Div = Div }, { Pandoc = check_headings }, { Pandoc = check_links } }
