import { scoreOf } from '../score.ts';
import type { PayScore, ScoreInputs } from '../score-now.ts';
import { type Fact, monthsFact, ownFact } from './facts.ts';
import { families, type Family, familiesOf, type FamilyPoints } from './families.ts';

/** One main reason of a score: the family with its points, and what they come from. */
export type MainReason = FamilyPoints & {
  /** `open`: it gives no points and takes none off, and could give some. */
  effect: 'raises' | 'lowers' | 'open';
  fact: Fact;
};

/** What is explained: a score, or a stored assessment. */
export type Explained = Pick<PayScore, 'score' | 'reasons'> & {
  inputs: Pick<ScoreInputs, 'ownHistory'> & Partial<Pick<ScoreInputs, 'history'>>;
};

/** How many reasons are named: more are no help to anybody, as the commentary on Regulation B (12 CFR 1002.9) has it. */
const mostReasons = 3;

/**
 * The three families that moved the score most, the strongest first.
 *
 * A family's points are told against what a typical person has, and no reference has to be kept for that: the trained
 * tables are centred on the rows that they were trained on, so that the base is the average score and each family's points
 * are its distance from the average; the scorecard of own history begins where a newcomer stands. Distance from the average
 * is also a method that the commentary on 12 CFR 1002.9(b)(2) names for finding the principal reasons of an adverse action.
 * Where fewer than three families moved anything, those follow that could give most.
 */
export function mainReasons(score: Explained): MainReason[] {
  const moved = toldFamilies(score).filter(({ points }) => points !== 0);
  return named(score, [...moved.toSorted(byStrength), ...openFamilies(score)]);
}

/** The three families for which a score is too low: those below the typical person, then those that gave nothing yet. */
export function loweringReasons(score: Explained): MainReason[] {
  const lowering = toldFamilies(score).filter(({ points }) => points < 0);
  return named(score, [...lowering.toSorted(byStrength), ...openFamilies(score)]);
}

/** Everybody has the base; it is no reason. */
function toldFamilies({ reasons }: Explained): FamilyPoints[] {
  return familiesOf(reasons).filter(({ family }) => family !== 'base');
}

function byStrength(a: FamilyPoints, b: FamilyPoints): number {
  return Math.abs(b.points) - Math.abs(a.points) || families.indexOf(a.family) - families.indexOf(b.family);
}

function openFamilies(score: Explained): FamilyPoints[] {
  return toldFamilies(score)
    .filter(({ points }) => points === 0)
    .toSorted((a, b) => mostOf(b.family) - mostOf(a.family));
}

/** The most points that own history can give by each family: those of somebody with the best of everything. */
const reachable = new Map(
  familiesOf(
    scoreOf({
      repaidInstallments: 1000,
      dueInstallments: 1000,
      paidOnTime: 1000,
      paidEarly: 1000,
      daysPastDue: 0,
      tenureDays: 10_000,
      openPlans: 0,
      utilisationPercent: 0,
    }).reasons,
  ).map(({ family, points }) => [family, points]),
);

function mostOf(family: Family): number {
  return reachable.get(family) ?? 0;
}

function named(score: Explained, found: readonly FamilyPoints[]): MainReason[] {
  return found.slice(0, mostReasons).map(({ family, points }) => ({
    family,
    points,
    effect: points === 0 ? 'open' : points > 0 ? 'raises' : 'lowers',
    fact: factFor(score, family),
  }));
}

/** What a family's points come from: the closed months where the trained tables judged them, else own history. */
export function factFor({ inputs, reasons }: Explained, family: Family): Fact {
  const { history } = inputs;
  const isOwn = reasons.some(({ code }) => code === 'repaid_installments');
  return history && !isOwn
    ? monthsFact(family, history, reasons)
    : ownFact(family, inputs.ownHistory, reasons);
}
