-- Quotation marks, spaces before marks, short words and numbers that do not stand at the end of a line.
-- The rules of the language come from figgen (figgen/translation/typography.py).

local rules, has_spaces = {}, false

local function Meta(meta)
  rules = pandoc.json.decode(pandoc.utils.stringify(meta.typography))
  has_spaces = next(rules.space_before) ~= nil or next(rules.space_after) ~= nil
  rules.short = {}
  for _, word in ipairs(rules.short_words) do rules.short[word] = true end
end

local function Quoted(quoted)
  local marks = quoted.quotetype == "DoubleQuote" and rules.double_quotes or rules.single_quotes
  return pandoc.List({ pandoc.Str(marks[1]) }) .. quoted.content .. { pandoc.Str(marks[2]) }
end

-- Where pandoc's citations are not in the language.
local function escaped(text) return (text:gsub("%p", "%%%0")) end

local function replace_plain(text, old, new)
  return (text:gsub(escaped(old), (new:gsub("%%", "%%%%"))))
end

local CITED = {
  Str = function(str)
    for _, pair in ipairs(rules.in_citations) do str.text = replace_plain(str.text, pair[1], pair[2]) end
    return str
  end,
}

-- Two words, such as "et al.", which lie in two pieces with a space between them.
local function replace_two(first, second, pair)
  local old_first, old_second = pair[1]:match("^(%S+) (%S+)$")
  local new_first, new_second = pair[2]:match("^(%S*) (%S+)$")
  if not old_first or not first.text:find(escaped(old_first) .. "$") then return end
  local found, rest = second.text:match("^(" .. escaped(old_second) .. ")(.*)$")
  if not found or rest:find("^%w") then return end
  first.text = first.text:sub(1, #first.text - #old_first) .. new_first
  second.text = new_second .. rest
end

local function replace_pairs(inlines)
  for _, pair in ipairs(rules.in_citations) do
    for i = 1, #inlines - 2 do
      local first, space, second = inlines[i], inlines[i + 1], inlines[i + 2]
      if first.t == "Str" and space.t == "Space" and second.t == "Str" then replace_two(first, second, pair) end
    end
  end
  return inlines
end

local function Cite(cite) return cite:walk(CITED):walk({ Inlines = replace_pairs }) end

-- Titles, which are in their own languages, lie deeper than the names.
local function entry(block)
  block.content = replace_pairs(block.content)
  return block
end

-- Names with others who are not named lie in one of these.
local function names(span)
  if span.classes:includes("nocase") then return entry(span) end
end

local function Div(div)
  if div.identifier == "refs" then return div:walk(CITED):walk({ Para = entry, Plain = entry, Span = names }) end
end

local OPEN = { [" "] = true, ["\u{a0}"] = true, ["\u{202f}"] = true, ["("] = true, ["["] = true }

local function characters(text)
  local found = pandoc.List({})
  for _, code in utf8.codes(text) do found:insert(utf8.char(code)) end
  return found
end

local function last(inline)
  return inline and inline.t == "Str" and inline.text:match(utf8.charpattern .. "$") or ""
end

-- A mark that ends a word: "quoi ?" but not "12:30".
local function ends_word(marks, i)
  return not table.concat(marks, "", i):find("[%w/]")
end

local function is_word(character)
  return not (OPEN[character] or rules.space_before[character] or rules.space_after[character])
end

-- Put the spaces of the language beside the marks at the ends of a word.
local function Str(str)
  if not has_spaces then return nil end
  local marks, text = characters(str.text), ""
  for i, mark in ipairs(marks) do
    local before, after = rules.space_before[mark], rules.space_after[mark]
    if before and i > 1 and is_word(marks[i - 1]) and ends_word(marks, i) then text = text .. before end
    text = text .. mark
    if after and i < #marks and is_word(marks[i + 1]) then text = text .. after end
  end
  str.text = text
  return str
end

-- Turn the space beside such a mark into that of the language; put one where a formula or quotation ends before it.
local function space_marks(inlines)
  if not has_spaces then return inlines end
  local spaced = pandoc.List({})
  for i, inline in ipairs(inlines) do
    local before, after = inlines[i - 1], inlines[i + 1]
    local marks = after and after.t == "Str" and characters(after.text)
    local next_space = marks and ends_word(marks, 1) and rules.space_before[marks[1]]
    if inline.t == "Space" or inline.t == "SoftBreak" then
      local space = next_space or rules.space_after[last(before)]
      spaced:insert(space and pandoc.Str(space) or inline)
    else
      spaced:insert(inline)
      if next_space and not OPEN[last(inline)] then spaced:insert(pandoc.Str(next_space)) end
    end
  end
  return spaced
end

local function is_short(word)
  local letters = word:gsub("^[%(%[]", "")
  for _, quotes in ipairs({ rules.double_quotes, rules.single_quotes }) do
    if letters:sub(1, #quotes[1]) == quotes[1] then letters = letters:sub(#quotes[1] + 1) end
  end
  return rules.short[pandoc.text.lower(letters)]
end

local function bind_short_words(inlines)
  for i = 1, #inlines - 1 do
    local word, space = inlines[i], inlines[i + 1]
    if word.t == "Str" and (space.t == "Space" or space.t == "SoftBreak") and is_short(word.text) then
      inlines[i + 1] = pandoc.Str("\u{a0}")
    end
  end
  return inlines
end

-- Units of the SI and of computing; a number stays with the one behind it.
local UNITS = {}
for unit in ([[
  % ‰ ° °C °F K m km dm cm mm µm μm nm s ms µs μs ns min h d g kg mg µg μg t Hz kHz MHz GHz V mV kV A mA W kW MW J kJ eV
  keV MeV N Pa kPa hPa bar mol l L ml mL Ω kΩ dB bit kbit Mbit B kB KB MB GB TB KiB MiB GiB px pt em rad
]]):gmatch("%S+") do UNITS[unit] = true end

local function is_number(inline)
  if inline.t == "Math" then return inline.text:find("^[%d.,{}]+$") end
  return inline.t == "Str" and inline.text:find("%d$") and not inline.text:find("%a")
end

local function bare(text)
  return (text:gsub("^[%(%[]", ""):gsub("[.,;:!?)%]]+$", ""))
end

-- A unit that is composed of several, such as km/s: a line could end behind the slash.
local function is_composed(text)
  local parts = bare(text):gsub("²", ""):gsub("³", "")
  if not parts:find("/", 1, true) then return false end
  for part in (parts .. "/"):gmatch("([^/]*)/") do
    if not UNITS[part] then return false end
  end
  return true
end

local function is_unit(inline)
  return inline and inline.t == "Str" and (UNITS[bare(inline.text)] or is_composed(inline.text))
end

local function bind_units(inlines)
  for i = 1, #inlines - 2 do
    local space = inlines[i + 1].t
    if (space == "Space" or space == "SoftBreak") and is_number(inlines[i]) and is_unit(inlines[i + 2]) then
      inlines[i + 1] = pandoc.Str("\u{a0}")
    end
  end
  return inlines
end

local function keep_composed(inlines)
  return inlines:map(function(inline)
    local composed = inline.t == "Str" and is_composed(inline.text)
    return composed and pandoc.Span({ inline }, { class = "together" }) or inline
  end)
end

local function Inlines(inlines)
  return keep_composed(bind_units(bind_short_words(space_marks(inlines))))
end

return { { Meta = Meta }, { Cite = Cite, Div = Div }, { Quoted = Quoted }, { Str = Str, Inlines = Inlines } }
