/// <reference lib="dom" />
/** Runs inside the webview: draws what each statement costs, beside its baseline. */

import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip } from "chart.js";
import type { Cost, Report } from "./report";

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, Tooltip);

const main = document.querySelector("main");
let charts: Chart[] = [];
let shown: Report | null = null;
window.addEventListener("message", ({ data }: MessageEvent<Report | null>) => {
  shown = data ?? shown;
  drawAll();
});
new MutationObserver(drawAll).observe(document.body, { attributeFilter: ["class"] }); // Another theme, other colours.
acquireVsCodeApi().postMessage("ready");

function drawAll(): void {
  if (main && shown) {
    for (const chart of charts) {
      chart.destroy();
    }
    main.replaceChildren();
    const measured = shown.config.confiture.migrations.filter(({ costs }) => costs.length > 0);
    charts = measured.map(({ version, name, costs }) => draw(main, `${version} ${name}`, costs));
  }
}

function draw(parent: HTMLElement, title: string, costs: readonly Cost[]): Chart {
  const heading = document.createElement("h2");
  heading.textContent = title;
  const frame = document.createElement("div");
  frame.style.height = `${90 + 44 * costs.length}px`;
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", costs.map((cost) => `${cost.operation}: ${cost.milliseconds} ms`).join(", "));
  frame.append(canvas);
  parent.append(heading, frame);
  const text = color("--vscode-foreground");
  const grid = color("--vscode-editorRuler-foreground");
  return new Chart(canvas, {
    type: "bar",
    data: {
      labels: costs.map(({ operation }) => operation),
      datasets: [
        { label: "now", data: costs.map(({ milliseconds }) => milliseconds), backgroundColor: costs.map(barColor) },
        {
          label: "baseline",
          data: costs.map(({ baseline }) => baseline?.milliseconds ?? null),
          backgroundColor: color("--vscode-charts-lines"),
        },
      ],
    },
    options: {
      indexAxis: "y",
      maintainAspectRatio: false,
      animation: false,
      plugins: {
        legend: { labels: { color: text } },
        tooltip: { callbacks: { afterBody: (items) => details(costs[items[0]?.dataIndex ?? 0]) } },
      },
      scales: {
        x: {
          title: { display: true, text: "milliseconds", color: text },
          ticks: { color: text },
          grid: { color: grid },
        },
        y: { ticks: { color: text }, grid: { display: false } },
      },
    },
  });
}

function details(cost: Cost | undefined): string[] {
  return cost
    ? [
        ...cost.locks.map(({ table, mode }) => `${mode} on ${table}`),
        ...cost.rewrites.map((table) => `rewrites ${table}`),
        ...cost.scans.map((table) => `reads all of ${table}`),
      ]
    : [];
}

function barColor({ regressed }: Cost): string {
  return color(regressed ? "--vscode-charts-red" : "--vscode-charts-blue");
}

function color(variable: string): string {
  return getComputedStyle(document.body).getPropertyValue(variable).trim() || "#888";
}
