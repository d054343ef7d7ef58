import { expect, it } from "vitest";
import { chosenSettings } from "../src/settings";

it("keeps what the user set and drops what was not set", () => {
  const section = { migrations: null, tests: [], postgres: { url: null, version: 16 }, mutation: { skip: null } };
  expect(chosenSettings(section)).toEqual({ tests: [], postgres: { version: 16 } });
});

it("keeps false and zero", () => {
  expect(chosenSettings({ budgets: { scan: false }, mutation: { per_file: 0 } })).toEqual({
    budgets: { scan: false },
    mutation: { per_file: 0 },
  });
});

it("leaves out the client's own settings", () => {
  expect(chosenSettings({ server: { path: "/opt/x" }, trace: { server: "verbose" } })).toEqual({});
});

it("answers an empty object for a section that is none", () => {
  expect(chosenSettings(null)).toEqual({});
});
