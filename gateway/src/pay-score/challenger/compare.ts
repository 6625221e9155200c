import { aucOf } from './auc.ts';
import { type AtCut, atCutOf, bandOf, bandWidth, ksOf, lowestBand, type OfBoth, psiOf } from './measures.ts';
import type { ScorePair } from './read-pairs.ts';

/** Who is in a band by each model, and what became of them. */
export type ScoreBand = { from: number; champion: Outcomes; challenger: Outcomes };

/** Who is approved by both models, by one, by none, when as many are approved by each. */
export type SwapSets = {
  /** Scores from these on are approved. */
  championCut: number;
  challengerCut: number;
  both: Outcomes;
  championOnly: Outcomes;
  challengerOnly: Outcomes;
  neither: Outcomes;
};

export type Outcomes = { count: number; known: number; bad: number };

export type DecileAgreement = { decile: number; count: number; same: number; beside: number };

export type EqualApproval = { percent: number; champion: number; challenger: number };

export type Comparison = {
  count: number;
  known: number;
  bad: number;
  bands: ScoreBand[];
  swaps: SwapSets;
  deciles: DecileAgreement[];
  /** Of known outcomes; null where none is bad, or all are. */
  auc: OfBoth | null;
  /** The same for how far apart good and bad are. */
  ks: OfBoth | null;
  /** How much each model's scores have moved over time; null for too few decisions. */
  psi: OfBoth | null;
  atCut: AtCut;
  /** The share of bad outcomes among the known ones, when the best so many percent of these by each model are taken. */
  badRates: EqualApproval[];
};

const lowest = lowestBand;
const highest = 850;
const shares = [50, 60, 70, 80, 90, 95, 100];

/** Two models on the same past decisions. `cut` is the deciding model's. Pure. */
export function compareScores(pairs: readonly ScorePair[], cut: number): Comparison {
  const known = pairs.filter(({ bad }) => bad !== null);
  const bad = known.filter((pair) => pair.bad).length;
  const isMixed = bad > 0 && bad < known.length;
  return {
    count: pairs.length,
    known: known.length,
    bad,
    bands: bandsOf(pairs),
    swaps: swapsOf(pairs, cut),
    deciles: decilesOf(pairs),
    auc: isMixed ? ofBoth((by) => aucOf(known, by)) : null,
    ks: isMixed ? ofBoth((by) => ksOf(known, by)) : null,
    psi: stabilityOf(pairs),
    atCut: atCutOf(pairs, cut),
    badRates: known.length === 0 ? [] : badRatesOf(known),
  };
}

function ofBoth(figureOf: (by: 'champion' | 'challenger') => number): OfBoth {
  return { champion: figureOf('champion'), challenger: figureOf('challenger') };
}

function stabilityOf(pairs: readonly ScorePair[]): OfBoth | null {
  const [champion, challenger] = [psiOf(pairs, 'champion'), psiOf(pairs, 'challenger')];
  return champion === null || challenger === null ? null : { champion, challenger };
}

function bandsOf(pairs: readonly ScorePair[]): ScoreBand[] {
  return Array.from({ length: (highest - lowest) / bandWidth }, (_, band) => {
    const inBand = (by: 'champion' | 'challenger') =>
      outcomesOf(pairs.filter((pair) => bandOf(pair[by]) === band));
    return {
      from: lowest + band * bandWidth,
      champion: inBand('champion'),
      challenger: inBand('challenger'),
    };
  });
}

/** The challenger's cut is the one by which it approves as many, or the fewest more where scores are equal. */
function swapsOf(pairs: readonly ScorePair[], championCut: number): SwapSets {
  const approved = pairs.filter(({ champion }) => champion >= championCut).length;
  const ranked = pairs.map(({ challenger }) => challenger).toSorted((a, b) => b - a);
  const challengerCut = approved === 0 ? highest + 1 : (ranked[approved - 1] ?? lowest);
  const set = (byChampion: boolean, byChallenger: boolean) =>
    outcomesOf(
      pairs.filter(
        ({ champion, challenger }) =>
          champion >= championCut === byChampion && challenger >= challengerCut === byChallenger,
      ),
    );
  return {
    championCut,
    challengerCut,
    both: set(true, true),
    championOnly: set(true, false),
    challengerOnly: set(false, true),
    neither: set(false, false),
  };
}

function outcomesOf(pairs: readonly ScorePair[]): Outcomes {
  const known = pairs.filter(({ bad }) => bad !== null);
  return { count: pairs.length, known: known.length, bad: known.filter(({ bad }) => bad).length };
}

/** How many of each tenth by the champion, the lowest scores first, are in the same tenth by the challenger or beside it. */
function decilesOf(pairs: readonly ScorePair[]): DecileAgreement[] {
  const champion = tenths(pairs, 'champion');
  const challenger = tenths(pairs, 'challenger');
  return Array.from({ length: 10 }, (_, decile) => {
    const places = pairs.flatMap((_pair, place) => (champion[place] === decile ? [place] : []));
    const within = (distance: number) =>
      places.filter((place) => Math.abs((challenger[place] ?? 0) - decile) <= distance).length;
    return { decile: decile + 1, count: places.length, same: within(0), beside: within(1) };
  });
}

/** Which tenth each pair is in; equal scores are in one tenth, that of their middle. */
function tenths(pairs: readonly ScorePair[], by: 'champion' | 'challenger'): number[] {
  const order = pairs.map((pair) => pair[by]).toSorted((a, b) => a - b);
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const [place, score] of order.entries()) {
    if (!first.has(score)) first.set(score, place);
    last.set(score, place);
  }
  return pairs.map((pair) => {
    const middle = ((first.get(pair[by]) ?? 0) + (last.get(pair[by]) ?? 0) + 1) / 2;
    return Math.min(9, Math.floor((middle * 10) / pairs.length));
  });
}

function badRatesOf(known: readonly ScorePair[]): EqualApproval[] {
  return shares.map((percent) => {
    const count = Math.max(1, Math.round((known.length * percent) / 100));
    return {
      percent,
      champion: badRateOfBest(known, 'champion', count),
      challenger: badRateOfBest(known, 'challenger', count),
    };
  });
}

/** Of those whose score is the last one taken, each counts by the part of them that is taken. */
function badRateOfBest(known: readonly ScorePair[], by: 'champion' | 'challenger', count: number): number {
  const last = known.map((pair) => pair[by]).toSorted((a, b) => b - a)[count - 1] ?? lowest;
  const above = known.filter((pair) => pair[by] > last);
  const tied = known.filter((pair) => pair[by] === last);
  const badOf = (pairs: readonly ScorePair[]) => pairs.filter(({ bad }) => bad).length;
  return (badOf(above) + (badOf(tied) * (count - above.length)) / tied.length) / count;
}
