import type { Tx } from '../lib/tx.ts';
import { type Action, evaluate, type Verdict } from './evaluate.ts';
import { lookBack } from './look-back.ts';
import { measuresOf } from './measures.ts';
import { activeRules } from './rule-sets.ts';
import type { DecisionKind } from './rule-parts.ts';
import type { RuleSet } from './rules.ts';
import { type SightingRow, toSighting } from './sightings.ts';

/** A decision that the tried rules would take otherwise than those in force. */
export type Changed = {
  purchase: string;
  kind: DecisionKind;
  seenAt: Date;
  from: Action;
  to: Action;
  /** The rules whose hits count, as tried. */
  hits: string[];
};

/** What rules would have said to past decisions, beside what those in force say to the same facts. */
export type DryRun = {
  decisions: number;
  inForce: Record<Action, number>;
  tried: Record<Action, number>;
  changed: Changed[];
  /** How often each rule has a hit that counts. */
  rules: { rule: string; inForce: number; tried: number }[];
  /** Of what would be refused and is not: how many became orders with a plan, and how many of these were ever late. */
  newlyRefused: { decisions: number; plans: number; late: number };
};

const batchSize = 500;

/**
 * Replays rules over what past decisions saw, since an instant of business time; what was seen is kept for 90 days. Reads
 * only. A sighting is judged by what came before it, by the same statement that a decision looks back with.
 */
export async function dryRun(tx: Tx, input: { rules: RuleSet; since?: Date | undefined }): Promise<DryRun> {
  const active = (await activeRules(tx)).set;
  const measures = measuresOf(active, input.rules);
  const seen = new Map<string, Judged>();
  for await (const sighting of sightingsOf(tx, input.since)) {
    const { factsOf } = await lookBack(tx, { seen: sighting, measures });
    const facts = factsOf(sighting);
    const { purchase, kind, seenAt } = sighting;
    const judged = seen.get(purchase) ?? { kind, seenAt, inForce: nothing(), tried: nothing() };
    harden(judged.inForce, evaluate(active, facts));
    harden(judged.tried, evaluate(input.rules, facts));
    seen.set(purchase, judged);
  }
  const changed = [...seen].flatMap(([purchase, { kind, seenAt, inForce, tried }]): Changed[] =>
    inForce.action === tried.action
      ? []
      : [{ purchase, kind, seenAt, from: inForce.action, to: tried.action, hits: [...tried.hits] }],
  );
  const refused = changed.filter(({ to }) => to === 'refuse').map(({ purchase }) => purchase);
  const all = [...seen.values()];
  return {
    decisions: all.length,
    inForce: countActions(all.map(({ inForce }) => inForce)),
    tried: countActions(all.map(({ tried }) => tried)),
    rules: countRules(all),
    changed,
    newlyRefused: { decisions: refused.length, ...(await outcomesOf(tx, refused)) },
  };
}

/** What rules said in all to one purchase, which may have been looked at from more than one place. */
type Said = { action: Action; hits: Set<string> };
type Judged = { kind: DecisionKind; seenAt: Date; inForce: Said; tried: Said };

const nothing = (): Said => ({ action: 'pass', hits: new Set() });
const hardness: Record<Action, number> = { pass: 0, challenge: 1, refuse: 2 };

function harden(said: Said, { action, hits }: Verdict): void {
  if (hardness[action] > hardness[said.action]) said.action = action;
  for (const { rule, silencedBy } of hits) if (silencedBy === null) said.hits.add(rule);
}

function countActions(all: readonly Said[]): Record<Action, number> {
  const counts = { pass: 0, challenge: 0, refuse: 0 };
  for (const { action } of all) counts[action] += 1;
  return counts;
}

function countRules(all: readonly Judged[]): DryRun['rules'] {
  const names = new Set(all.flatMap(({ inForce, tried }) => [...inForce.hits, ...tried.hits]));
  const hitsOf = (which: 'inForce' | 'tried', rule: string): number =>
    all.filter((judged) => judged[which].hits.has(rule)).length;
  return [...names]
    .toSorted()
    .map((rule) => ({ rule, inForce: hitsOf('inForce', rule), tried: hitsOf('tried', rule) }));
}

async function* sightingsOf(tx: Tx, since: Date | undefined) {
  for (let last = '0'; ;) {
    const query = tx
      .sql<SightingRow>('fraud_sightings')
      .where({ environment_id: tx.environment.id })
      .where('number', '>', last)
      .orderBy('number')
      .limit(batchSize);
    const rows = await (since ? query.where('seen_at', '>=', since) : query);
    for (const row of rows) yield toSighting(row);
    const end = rows.at(-1);
    if (!end) return;
    last = String(end.number);
  }
}

/** What became of purchases that were let through: by checkout, by agreement and reference, or by draw. */
async function outcomesOf(tx: Tx, purchases: readonly string[]): Promise<{ plans: number; late: number }> {
  const { rows } = await tx.sql.raw<{ rows: { plans: number; late: number }[] }>(
    `with sought as (
       select distinct purchase, kind, merchant_id from fraud_sightings
       where environment_id = :environment and purchase = any(:purchases::text[])),
     ordered as (
       select o.plan_id from sought s join orders o
         on o.environment_id = :environment and o.checkout_session_id = s.purchase and s.kind = 'checkout'
       union
       select o.plan_id from sought s join orders o
         on o.environment_id = :environment and o.merchant_id = s.merchant_id and s.kind = 'agreement'
         and o.merchant_reference = substr(s.purchase, strpos(s.purchase, '/') + 1)),
     taken as (
       select p.id, p.late_installments from ordered o
       join plans p on p.environment_id = :environment and p.id = o.plan_id and p.started_on is not null
       union
       select p.id, p.late_installments from sought s
       join plans p on p.environment_id = :environment and p.draw_id = s.purchase and s.kind = 'draw')
     select count(*)::integer as plans,
       (count(*) filter (where cardinality(late_installments) > 0))::integer as late
     from taken`,
    { environment: tx.environment.id, purchases: [...purchases] },
  );
  return rows[0] ?? { plans: 0, late: 0 };
}
