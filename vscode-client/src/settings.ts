type Settings = { readonly [key: string]: unknown };

/** Settings that only this client reads. */
const CLIENT_ONLY = new Set(["server", "trace"]);

/**
 * The part of the `confiture` section that the user set: the server's own files and defaults decide the rest.
 * The manifest declares every server setting with the default null, so null means "not set".
 */
export function chosenSettings(section: unknown): Settings {
  return isGroup(section) ? chosen(section, CLIENT_ONLY) : {};
}

function chosen(group: Settings, leftOut: ReadonlySet<string> = new Set()): Settings {
  const entries = Object.entries(group)
    .filter(([key, value]) => !leftOut.has(key) && value !== null)
    .map(([key, value]) => [key, isGroup(value) ? chosen(value) : value] as const)
    .filter(([, value]) => !isGroup(value) || Object.keys(value).length > 0);
  return Object.fromEntries(entries);
}

function isGroup(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
