-- Saves the file that Neovim was started with, waits for $EXPECTED diagnostics, and writes those that came to $ANSWER.

local function wait_for(what, condition)
  if not vim.wait(60000, condition, 20) then
    io.stderr:write("gave up waiting for " .. what .. "\n")
  end
end

wait_for("the server", function()
  local _, client = next(vim.lsp.buf_get_clients(0))
  return client ~= nil and client.initialized
end)

vim.cmd("write")

wait_for("the diagnostics", function()
  return #vim.diagnostic.get(0) >= tonumber(vim.env.EXPECTED)
end)

local diagnostics = {}
for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
  table.insert(diagnostics, {
    code = diagnostic.code or diagnostic.user_data.lsp.code,
    line = diagnostic.lnum + 1,
    message = diagnostic.message,
  })
end
vim.fn.writefile({ vim.fn.json_encode(diagnostics) }, vim.env.ANSWER)
vim.cmd("quitall")
