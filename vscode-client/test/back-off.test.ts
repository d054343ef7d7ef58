import { describe, expect, it } from "vitest";
import { BackOff, RESTARTS } from "../src/back-off";

const MINUTE_MS = 60_000;

describe("BackOff", () => {
  it("starts a server again at once, later ever more slowly, and then not any more", () => {
    const backOff = new BackOff();
    const pauses = Array.from({ length: RESTARTS + 1 }, (_, second) => backOff.next(second * 1_000));
    expect(pauses).toEqual([0, 1_000, 5_000, 15_000, 60_000, undefined]);
  });

  it("begins anew once a server has run in peace", () => {
    const backOff = new BackOff();
    expect([0, 1, 5, 6].map((minute) => backOff.next(minute * MINUTE_MS))).toEqual([0, 1_000, 0, 1_000]);
  });

  it("knows which end is to be told", () => {
    const backOff = new BackOff();
    const told = [0, 1, 5].map((minute) => {
      const first = backOff.isFirst(minute * MINUTE_MS);
      backOff.next(minute * MINUTE_MS);
      return first;
    });
    expect(told).toEqual([true, false, true]);
  });
});
