// Puts the server's wheel beside the bundle, which the extension installs where there is no other server, and the changelog.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const python = process.env.PYTHON ?? "python3";
const folder = mkdtempSync(join(tmpdir(), "confiture-wheel-"));
try {
  execFileSync(python, ["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ".."], {
    stdio: "inherit",
  });
  for (const old of readdirSync("dist").filter((name) => name.endsWith(".whl"))) {
    rmSync(join("dist", old));
  }
  const [wheel] = readdirSync(folder);
  await copyFile(join(folder, wheel), join("dist", wheel));
} finally {
  rmSync(folder, { recursive: true });
}
await copyFile("../CHANGELOG.md", "CHANGELOG.md");
