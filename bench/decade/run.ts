import type { Context } from '../../gateway/src/context.ts';
import { checkBalances } from '../../gateway/src/ledger/check-balances.ts';
import { checkBooks } from '../../gateway/src/ledger/check-books.ts';
import { emptyBooks, type RunningBooks } from '../../gateway/src/ledger/running-books.ts';
import { addDays, type CalendarDate, daysBetween } from '../../gateway/src/lib/dates.ts';
import { type Act, drawFate } from './fates.ts';
import { act, methodOf, type Opened, openPlan } from './plans.ts';
import { createRandom, type Random } from './random.ts';
import { openWorld, type World } from './world.ts';

export type DecadeInput = {
  plans: number;
  years: number;
  seed: number;
  /** Leaves out plans that run for longer. */
  mostMonths: number;
  onDay?: (day: DayFigures) => void;
  /** Ends the run after the date that it is at, with what there is by then. */
  signal?: AbortSignal;
};

/** One business date: how long each part took, in milliseconds, and how many statements it sent. */
export type DayFigures = {
  date: CalendarDate;
  /** The clock, all sweeps, and the payments that they started. */
  sweepMs: number;
  sweepStatements: number;
  /** Closing the same date once more, when nothing is left to do; on the last of a month only. */
  idle: { ms: number; statements: number } | undefined;
  /** What people did that day: orders, refunds, payoffs. */
  eventsMs: number;
  /** The books carried on by the day's transfers and checked; on the last of a year all of them from the beginning. */
  booksMs: number;
  fullBooksMs: number | undefined;
  transfers: number;
  opened: number;
  /** After the day. */
  openPlans: number;
  closedPlans: number;
};

export type Decade = {
  days: DayFigures[];
  /** How many statements it took to close a date before there was any plan, and after all were closed. */
  emptyStatements: { before: number; after: number };
  /** How many plans ended in which state. */
  ends: Record<string, number>;
  /** How often what happened, by the type of the event. */
  events: Record<string, number>;
};

const startsOn: CalendarDate = '2027-01-01';

/** Nothing may run for longer than this after the last plan was opened: a term, its charge-off, and what comes in late. */
const longestTailDays = 36 * 31 + 400;

/**
 * Opens `plans` over the working days of `years`, lets every date pass with the real sweeps until no plan is open any
 * more, and checks the books each day. Throws when they are wrong.
 */
export async function runDecade(given: Context, input: DecadeInput): Promise<Decade> {
  const life = startLife(input);
  const world = await openWorld(given, { startsOn, isFailing: (method) => isFailing(life, method) });
  const counter = countStatements(world);
  try {
    const { statements: before } = await counter.measure(world.closeAgain);
    const days: DayFigures[] = [];
    for (let ended = false; !ended && !input.signal?.aborted; life.today = addDays(life.today, 1)) {
      const day = await liveDay(world, life, counter);
      days.push(day);
      input.onDay?.(day);
      ended = life.today >= life.lastOpening && day.openPlans === 0 && life.agenda.size === 0;
      if (daysBetween(life.lastOpening, life.today) > longestTailDays)
        throw new Error(`${day.openPlans} plans never end`);
    }
    await checkAll(world);
    const { statements: after } = await counter.measure(world.closeAgain);
    const emptyStatements = { before, after };
    return { days, emptyStatements, ends: await endsOf(world), events: await eventsOf(world) };
  } finally {
    counter.stop();
  }
}

/** How far the simulation has come. */
type Life = {
  input: DecadeInput;
  random: Random;
  today: CalendarDate;
  lastOpening: CalendarDate;
  /** Working days from the first to the last opening, and how many of them have come. */
  workingDays: number;
  workingPast: number;
  /** By the method that pays for them. */
  plans: Map<string, Opened>;
  /** What somebody is going to do on a date. */
  agenda: Map<CalendarDate, { plan: Opened; what: Act }[]>;
  books: RunningBooks;
};

function startLife(input: DecadeInput): Life {
  const lastOpening = addDays(startsOn, Math.round(input.years * 365.25) - 1);
  let workingDays = 0;
  for (let date = startsOn; date <= lastOpening; date = addDays(date, 1))
    if (isWorkingDay(date)) workingDays += 1;
  return {
    input,
    random: createRandom(input.seed),
    today: startsOn,
    lastOpening,
    workingDays,
    workingPast: 0,
    plans: new Map(),
    agenda: new Map(),
    books: emptyBooks(),
  };
}

function isFailing({ plans, today }: Life, method: string): boolean {
  const plan = plans.get(method);
  if (!plan?.fate.failing) return false;
  const day = daysBetween(plan.openedOn, today);
  return day >= plan.fate.failing.from && day < plan.fate.failing.until;
}

async function liveDay(world: World, life: Life, counter: Counter): Promise<DayFigures> {
  const { today, plans } = life;
  const sweep = await counter.measure(() => world.passTo(today));
  const soldBefore = plans.size;
  const eventsMs = await timed(async () => {
    await sell(world, life);
    for (const { plan, what } of life.agenda.get(today) ?? []) await act(world, plan, what);
    await world.finishPayments();
  });
  life.agenda.delete(today);
  const tomorrow = addDays(today, 1);
  const idle = tomorrow.endsWith('-01') ? await counter.measure(world.closeAgain) : undefined;
  const checked = await checkDay(world, life.books, tomorrow.endsWith('-01-01'));
  const openPlans = await countOpen(world);
  return {
    date: today,
    sweepMs: sweep.ms,
    sweepStatements: sweep.statements,
    idle,
    eventsMs,
    ...checked,
    opened: plans.size - soldBefore,
    openPlans,
    closedPlans: plans.size - openPlans,
  };
}

/** Spreads the openings evenly over the working days. */
async function sell(world: World, life: Life): Promise<void> {
  const { input, today, plans, random, agenda } = life;
  if (!isWorkingDay(today) || today > life.lastOpening) return;
  life.workingPast += 1;
  const due = Math.round((input.plans * life.workingPast) / life.workingDays);
  while (plans.size < due) {
    const number = plans.size;
    const plan = await openPlan(world, { number, fate: drawFate(random, input.mostMonths) });
    plans.set(methodOf(number), plan);
    for (const what of plan.fate.acts) {
      const date = addDays(today, what.day);
      agenda.set(date, [...(agenda.get(date) ?? []), { plan, what }]);
    }
  }
}

function isWorkingDay(date: CalendarDate): boolean {
  // The first of January 1970 was a Thursday.
  const weekday = (daysBetween('1970-01-01', date) + 4) % 7;
  return weekday !== 0 && weekday !== 6;
}

async function checkDay(world: World, books: RunningBooks, isYearEnd: boolean) {
  let transfers = 0;
  const booksMs = await timed(async () => {
    const checked = await world.inTx((tx) => checkBalances(tx, books), 'read');
    if (checked.faults.length > 0) throw new Error(`the books are wrong: ${describe(checked.faults)}`);
    transfers = checked.transfers;
  });
  const fullBooksMs = isYearEnd ? await timed(() => checkAll(world)) : undefined;
  return { booksMs, transfers, fullBooksMs };
}

async function checkAll(world: World): Promise<void> {
  const broken = (await world.inTx(checkBooks, 'read')).flatMap(({ name, broken: breaches }) =>
    breaches.map((breach) => ({ name, ...breach })),
  );
  if (broken.length > 0) throw new Error(`the books are wrong: ${describe(broken)}`);
}

function describe(faults: unknown): string {
  return JSON.stringify(faults, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

/** By the index of what is open, so that looking costs nothing for what is closed. */
async function countOpen({ context, environmentId }: World): Promise<number> {
  const row = await context
    .db('plans')
    .where({ environment_id: environmentId, status: 'active' })
    .count<{ count: bigint }>({ count: '*' })
    .first();
  return Number(row?.count);
}

async function endsOf({ context, environmentId }: World): Promise<Record<string, number>> {
  return tally(context, 'plans', 'status', { environment_id: environmentId });
}

async function eventsOf({ context, environmentId }: World): Promise<Record<string, number>> {
  return tally(context, 'events', 'type', { environment_id: environmentId });
}

async function tally({ db }: Context, table: string, column: string, where: Record<string, string>) {
  const rows = await db(table)
    .where(where)
    .groupBy(column)
    .orderBy(column)
    .select<{ name: string; count: number }[]>({ name: column }, db.raw('count(*)::int as count'));
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

type Counter = ReturnType<typeof countStatements>;

function countStatements({ context }: World) {
  let statements = 0;
  const onQuery = (): void => void (statements += 1);
  context.db.on('query', onQuery);
  return {
    async measure(work: () => Promise<unknown>): Promise<{ ms: number; statements: number }> {
      const before = statements;
      const ms = await timed(work);
      return { ms, statements: statements - before };
    },
    stop: () => void context.db.off('query', onQuery),
  };
}
