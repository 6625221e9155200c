import { type Characteristics, graceDays } from '../characteristics.ts';
import { type History, type Month, mostMonths } from '../model/history.ts';
import { scoreFrom, type ScoreInputs } from '../score-now.ts';

/** Something that a shopper can do about their score. */
export type Behaviour =
  /** Pay what is late now. */
  | { kind: 'pay_late' }
  /** Come down to so many percent of the limit, held and used together. */
  | { kind: 'use_less'; percent: number }
  /** So many more payments, each on its date. */
  | { kind: 'pay_on_time'; payments: number }
  /** So many more months in which every payment is made on its date. */
  | { kind: 'months_on_time'; months: number };

/** What to do, and the score that would follow by the very tables of today from these inputs, everything else as it is. */
export type ScoreStep = { behaviour: Behaviour[]; score: number; inputs: ScoreInputs };

const mostPayments = 6;
/** Of what is owed, the part that a month of an ordinary plan pays. */
const partsOfBill = 4;

/**
 * Everything within reach that raises this score, each tried by scoring the changed inputs again: single things first, from
 * the smallest, then two and three of them together. No promise of the future: purchases, age and the tables may change.
 */
export function scoreSteps(inputs: ScoreInputs): ScoreStep[] {
  const { scoredBy, score: today } = scoreFrom(inputs);
  const tried =
    scoredBy === 'full_model' && inputs.history ? monthSteps(inputs, inputs.history) : ownSteps(inputs);
  return tried.filter(({ score }) => score > today);
}

/** Of the steps those after which more would not help more, the strongest first: what a page shows to who asks how to improve. */
export function bestSteps(inputs: ScoreInputs, most: number): ScoreStep[] {
  const single = scoreSteps(inputs).filter(({ behaviour }) => behaviour.length === 1);
  const strongest = new Map<Behaviour['kind'], ScoreStep>();
  for (const step of single) {
    const kind = step.behaviour[0]?.kind ?? 'pay_late';
    const known = strongest.get(kind);
    if (!known || step.score > known.score) strongest.set(kind, step);
  }
  return [...strongest.values()].toSorted((a, b) => b.score - a.score).slice(0, most);
}

function stepBy(behaviour: Behaviour[], inputs: ScoreInputs): ScoreStep {
  return { behaviour, score: scoreFrom(inputs).score, inputs };
}

function ownSteps(inputs: ScoreInputs): ScoreStep[] {
  const { ownHistory: facts } = inputs;
  const late: Behaviour[] = facts.daysPastDue > 0 ? [{ kind: 'pay_late' }] : [];
  const less = lowerUses(inputs);
  const onTime = Array.from({ length: mostPayments }, (_, index): Behaviour => ({
    kind: 'pay_on_time',
    payments: index + 1,
  }));
  const singles = [...late, ...less, ...onTime].map((step) => [step]);
  const pairs = [
    ...late.flatMap((first) => [...less, ...onTime].map((second) => [first, second])),
    ...less.flatMap((first) => onTime.map((second) => [first, second])),
  ];
  const triples = late.flatMap((first) =>
    less.flatMap((second) => onTime.map((third) => [first, second, third])),
  );
  return [...singles, ...pairs, ...triples].map((behaviour) =>
    stepBy(behaviour, { ...inputs, ownHistory: behaviour.reduce(changed, facts) }),
  );
}

/** The borders below today's use of the limit from which on the score is better, the nearest first. */
function lowerUses(inputs: ScoreInputs): Behaviour[] {
  const { ownHistory: facts } = inputs;
  const today = facts.utilisationPercent ?? 0;
  const found: Behaviour[] = [];
  let best = scoreFrom(inputs).score;
  for (let percent = today - 1; percent >= 0; percent -= 1) {
    const { score } = scoreFrom({ ...inputs, ownHistory: { ...facts, utilisationPercent: percent } });
    if (score > best) found.push({ kind: 'use_less', percent });
    best = Math.max(best, score);
  }
  return found;
}

function changed(facts: Characteristics, behaviour: Behaviour): Characteristics {
  switch (behaviour.kind) {
    case 'pay_late': {
      // At least one installment is late; in its days of grace it still counts as on time.
      const onTime = facts.daysPastDue <= graceDays ? 1 : 0;
      return {
        ...facts,
        daysPastDue: 0,
        repaidInstallments: facts.repaidInstallments + 1,
        dueInstallments: facts.dueInstallments + onTime,
        paidOnTime: facts.paidOnTime + onTime,
      };
    }
    case 'use_less':
      return { ...facts, utilisationPercent: behaviour.percent };
    case 'pay_on_time': {
      const { payments } = behaviour;
      return {
        ...facts,
        repaidInstallments: facts.repaidInstallments + payments,
        dueInstallments: facts.dueInstallments + payments,
        paidOnTime: facts.paidOnTime + payments,
      };
    }
    case 'months_on_time':
    default:
      return facts;
  }
}

/** Months to come in which nothing is bought and each bill is paid by its part. */
function monthSteps(inputs: ScoreInputs, history: History): ScoreStep[] {
  let months = history.months;
  return Array.from({ length: mostMonths }, (_, index): ScoreStep => {
    months = [monthAfter(months[0]), ...months].slice(0, mostMonths);
    return stepBy([{ kind: 'months_on_time', months: index + 1 }], {
      ...inputs,
      history: { ...history, months },
    });
  });
}

function monthAfter(before: Month | undefined): Month {
  const owed = Math.max(0, before?.billed ?? 0);
  const paid = Math.ceil(owed / partsOfBill);
  const billed = owed - paid;
  return { status: owed === 0 ? -2 : billed === 0 ? -1 : 0, billed, paid };
}
