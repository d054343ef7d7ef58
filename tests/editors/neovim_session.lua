-- Saves the file that Neovim was started with, waits for $EXPECTED diagnostics, has the test written that kills the first
-- mutant of the schema, saves it, and writes what was shown to $ANSWER.

local WRITE = "Write the test that kills this mutant"

local function wait_for(what, condition)
  if not vim.wait(100000, condition, 50) then
    io.stderr:write("gave up waiting for " .. what .. "\n")
    vim.cmd("cquit")
  end
end

local function score()
  vim.lsp.codelens.refresh()
  vim.wait(200)
  for _, lens in ipairs(vim.lsp.codelens.get(0)) do
    local percentage = lens.command and lens.command.title:match("^(%d+)%% · ")
    if percentage then
      return tonumber(percentage)
    end
  end
end

local function titles()
  local found = {}
  for _, lens in ipairs(vim.lsp.codelens.get(0)) do
    table.insert(found, lens.command and lens.command.title or "not resolved")
  end
  return found
end

local function shown()
  local diagnostics = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    table.insert(diagnostics, {
      code = diagnostic.code or diagnostic.user_data.lsp.code,
      line = diagnostic.lnum + 1,
      message = diagnostic.message,
    })
  end
  return diagnostics
end

-- Asks for the code actions where a mutant of the schema survived, and chooses as a user does.
local function write_test()
  vim.ui.select = function(items, options, choose)
    for _, item in ipairs(items) do
      if options.format_item(item):find(WRITE, 1, true) then
        return choose(item, 1)
      end
    end
  end
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    if (diagnostic.code or diagnostic.user_data.lsp.code):match("^SCH_") then
      vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
      return vim.lsp.buf.code_action()
    end
  end
end

wait_for("the server", function()
  local _, client = next(vim.lsp.buf_get_clients(0))
  return client ~= nil and client.initialized
end)
local migration = vim.api.nvim_get_current_buf()
local answer = {}
vim.cmd("write")
wait_for("the diagnostics", function() return #vim.diagnostic.get(0) >= tonumber(vim.env.EXPECTED) end)
wait_for("the lenses", function()
  answer.before = score()
  return answer.before
end)
answer.diagnostics, answer.lenses = shown(), titles()

write_test()
wait_for("the test", function()
  return #vim.fn.getbufinfo({ bufmodified = 1 }) > 0
end)
vim.cmd("wall")
vim.cmd("buffer " .. migration)
vim.cmd("write")
wait_for("a better score", function()
  answer.after = score()
  return answer.after and answer.after > answer.before
end)
answer.left = #shown()
vim.fn.writefile({ vim.fn.json_encode(answer) }, vim.env.ANSWER)
vim.cmd("quitall!")
