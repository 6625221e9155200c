import { firstBinding } from '../gateway/src/pay-score/binding.ts';
import { historyOf } from '../gateway/src/pay-score/history.ts';
import { monthEndAfter, type ScoreMonth } from '../gateway/src/pay-score/months.ts';
import { targetLimitOf } from '../gateway/src/pay-score/policy.ts';
import { scoreFrom, type ScoreInputs } from '../gateway/src/pay-score/score-now.ts';
import { createRandom } from './decade/random.ts';
import type { Benchmark, Ratio } from './report.ts';
import { runRounds, type Settings, type Variant } from './rounds.ts';
import { timeBatches } from './time-batches.ts';

/** A score may cost so much, with all its reasons. */
const goalMicroseconds = 20;
/** Several lives in turn, because no two are alike. */
const lives = 256;
const batch = 64;
const warmUpSeconds = 0.5;

const fullName = 'score, trained tables';
const ownName = 'score, own history';
const floorName = 'floor: the inputs as JSON';

const random = createRandom(1);

/** Six months of somebody who owes, pays, and is late now and then. */
function randomMonths(): ScoreMonth[] {
  const months: ScoreMonth[] = [];
  for (let back = 6; back >= 0; back -= 1) {
    const before = months[0];
    const isLate = before !== undefined && before.daysPastDue < 60 && random.between(0, 9) === 0;
    months.unshift({
      monthEnd: monthEndAfter('2026-12-31', -back),
      billed: BigInt(20_000 + random.between(0, 2_000_000)),
      paid: BigInt(random.between(0, 200_000)),
      daysPastDue: isLate ? before.daysPastDue + 1 + random.between(0, 30) : 0,
      paused: false,
      captured: random.between(0, 1) === 0,
      paidLate: false,
    });
  }
  return months;
}

function randomInputs(): ScoreInputs {
  const binding = firstBinding('CNY');
  const due = 3 + random.between(0, 40);
  return {
    ownHistory: {
      repaidInstallments: due,
      dueInstallments: due,
      paidOnTime: due - random.between(0, 2),
      paidEarly: random.between(0, 2),
      daysPastDue: 0,
      tenureDays: random.between(0, 1000),
      openPlans: random.between(0, 5),
      utilisationPercent: random.between(0, 100),
    },
    history: historyOf(randomMonths(), { binding, targetLimit: targetLimitOf('CNY') }),
    binding,
    evidence: null,
  };
}

function variantsOf(seconds: number): Variant[] {
  const full = Array.from({ length: lives }, randomInputs);
  const own = full.map((inputs) => ({ ...inputs, history: null, binding: null }));
  const variant = (name: string, operation: (turn: number) => unknown): Variant => ({
    name,
    run: () => Promise.resolve(timeBatches({ seconds, batch }, operation)),
  });
  return [
    variant(fullName, (turn) => scoreFrom(full[turn % lives]!)),
    variant(ownName, (turn) => scoreFrom(own[turn % lives]!)),
    variant(floorName, (turn) => JSON.stringify(full[turn % lives])),
  ];
}

const ratioOf = (name: string, over: number | string, key: 'p50' | 'cpu', goalAtMost?: number): Ratio => ({
  name: `${name} / ${typeof over === 'number' ? `${over} µs` : over}, by ${key === 'cpu' ? 'CPU' : key}`,
  ...(goalAtMost !== undefined && { goalAtMost }),
  of(round) {
    const whole = round[name]?.[key];
    const unit = typeof over === 'number' ? over : round[over]?.[key];
    return whole === undefined || !unit ? undefined : whole / unit;
  },
});

async function run(settings: Settings) {
  settings.progress('warming up');
  for (const variant of variantsOf(warmUpSeconds)) await variant.run();
  return {
    columns: [
      { key: 'p50', head: 'p50 µs', digits: 2 },
      { key: 'p99', head: 'p99 µs', digits: 2 },
      { key: 'cpu', head: 'CPU µs', digits: 2 },
    ],
    ratios: [
      ratioOf(fullName, goalMicroseconds, 'p50', 1),
      ratioOf(fullName, goalMicroseconds, 'cpu', 1),
      ratioOf(fullName, floorName, 'p50'),
      ratioOf(ownName, floorName, 'p50'),
    ],
    rounds: await runRounds(variantsOf(settings.seconds), settings),
    notes: [
      'A score is computed from the inputs that are stored with a decision, with all reasons; nothing in it waits.',
      'The floor is writing the same inputs as JSON, which every decision that is stored does once.',
    ],
  };
}

export const score: Benchmark = { defaults: { rounds: 10, seconds: 0.3 }, run };
