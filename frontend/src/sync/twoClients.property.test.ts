import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { DetailsChange } from "../engine/details";
import type { ObjectRecord } from "../engine/types";
import type { Conflict } from "./conflicts";
import { recordOf } from "./records";
import { ana, ben } from "./testing/factories";
import { Client } from "./testing/client";
import { ModelServer } from "./testing/modelServer";

type Step = (client: Client, name: () => string) => void | Promise<unknown>;

const pick = (client: Client, at: number): string => {
  const ids = client.bench.engine.objects().map(({ id }) => id);
  return ids[at % Math.max(ids.length, 1)] ?? "";
};
const number = fc.nat({ max: 9 });
const label = fc.integer({ min: 1, max: 4 });
const details: fc.Arbitrary<DetailsChange> = fc.record(
  {
    flags: fc.dictionary(fc.constantFrom("occluded", "crowd"), fc.boolean()),
    attributes: fc.dictionary(fc.constantFrom("7", "8"), fc.option(fc.constantFrom("red", "blue"))),
  },
  { requiredKeys: [] },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: label.map((l): Step => (client, name) => client.create(name(), l)) },
  { weight: 4, arbitrary: fc.tuple(number, label).map(([n, l]): Step => (client) => client.edit(pick(client, n), l)) },
  { weight: 2, arbitrary: number.map((n): Step => (client) => client.edit(pick(client, n), null)) },
  {
    weight: 3,
    arbitrary: fc.tuple(number, details).map(([n, more]): Step => (client) => void client.bench.engine.edits.describe(pick(client, n), more)),
  },
  { weight: 3, arbitrary: fc.constant<Step>((client) => client.bench.engine.undo()) },
  { weight: 2, arbitrary: fc.constant<Step>((client) => client.bench.engine.redo()) },
  { weight: 5, arbitrary: fc.constant<Step>((client) => void client.answer()) },
  { weight: 5, arbitrary: fc.constant<Step>((client) => void client.deliver()) },
  { weight: 1, arbitrary: fc.constant<Step>((client) => client.reload()) },
);

/** One of the choices that the interface offers. */
function choose(client: Client, { id, clientId, mine }: Conflict, choice: number): void {
  const { history } = client.bench.engine;
  if (choice === 0) history.edit("keep mine", mine === null ? { remove: [clientId] } : { put: [mine] });
  if (choice === 1 && mine !== null) history.copy("keep both", mine);
  client.session.settleConflict(id);
}

const inOrder = (records: readonly ObjectRecord[]): ObjectRecord[] =>
  [...records].sort((a, b) => a.id.localeCompare(b.id));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("two people who edit, undo, reload and choose in any order end with what the server has", async () => {
  const steps = fc.array(fc.tuple(fc.nat({ max: 1 }), step), { minLength: 5, maxLength: 50, size: "max" });
  await fc.assert(
    fc.asyncProperty(steps, fc.array(fc.nat({ max: 2 }), { minLength: 1 }), async (all, choices) => {
      const server = new ModelServer();
      const clients = [await Client.open(server, ana), await Client.open(server, ben)];
      let made = 0;
      const name = (): string => `o${(made += 1)}`;
      for (const [at, run] of all) {
        const client = clients[at];
        if (client !== undefined) await run(client, name);
      }
      // A choice can meet the other one's: both choose until nothing is left to choose.
      for (let round = 0; round < 20; round += 1) {
        for (const client of [...clients, ...clients]) await client.calm();
        const open = clients.flatMap((client) => client.session.snapshot().conflicts.map((one) => ({ client, one })));
        open.forEach(({ client, one }, at) => choose(client, one, round > 3 ? 2 : (choices[at % choices.length] ?? 2)));
      }
      const live = [...server.objects.values()].filter((object) => !object.deleted);
      for (const client of clients) {
        expect(inOrder(client.bench.engine.objects())).toEqual(inOrder(live.map(recordOf)));
        expect(client.session.snapshot().save).toEqual({ kind: "saved" });
        client.close();
      }
    }),
    { numRuns: 100 },
  );
}, 60_000);
