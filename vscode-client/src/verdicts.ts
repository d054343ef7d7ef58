import { type QuickPickItem, ThemeColor, ThemeIcon, window } from "vscode";
import type { Status } from "./report";

interface Words {
  readonly icon: ThemeIcon;
  readonly meaning: string;
}

/** How verdicts look, and what they mean, the most urgent first. */
export const VERDICTS: Record<Status, Words> = {
  Survived: { icon: icon("warning", "list.warningForeground"), meaning: "no test notices it" },
  NoCoverage: { icon: icon("circle-slash", "list.warningForeground"), meaning: "no test or row reaches it" },
  RuntimeError: { icon: icon("error", "testing.iconErrored"), meaning: "the tests could not decide" },
  Killed: { icon: icon("pass", "testing.iconPassed"), meaning: "a test notices it" },
  Timeout: { icon: icon("watch", "testing.iconPassed"), meaning: "it takes too long, which is noticed" },
  CompileError: { icon: icon("error", "testing.iconSkipped"), meaning: "PostgreSQL rejects it" },
  Ignored: { icon: icon("debug-step-over", "testing.iconSkipped"), meaning: "ignored by a directive, or equivalent" },
  Pending: { icon: new ThemeIcon("loading~spin"), meaning: "not judged yet" },
};

interface Choice extends QuickPickItem {
  readonly status: Status;
}

/** Asks which verdicts are wanted; undefined when the user has no answer. */
export async function chooseVerdicts(
  chosen: ReadonlySet<Status>,
  counts: ReadonlyMap<Status, number>,
): Promise<ReadonlySet<Status> | undefined> {
  const choices = (Object.keys(VERDICTS) as Status[]).map((status): Choice => {
    const { icon, meaning } = VERDICTS[status];
    const description = `${counts.get(status) ?? 0} · ${meaning}`;
    return { label: `$(${icon.id}) ${status}`, description, picked: chosen.has(status), status };
  });
  const picked = await window.showQuickPick(choices, { title: "Mutants with these verdicts", canPickMany: true });
  return picked && new Set(picked.map(({ status }) => status));
}

function icon(name: string, color: string): ThemeIcon {
  return new ThemeIcon(name, new ThemeColor(color));
}
