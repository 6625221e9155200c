/** What one run of a variant gave, by column; undefined where this machine cannot tell. */
export type Sample = Record<string, number | undefined>;

export type Variant = { name: string; run: () => Promise<Sample> };

/** The samples of one round by the variants' names. */
export type Round = Record<string, Sample>;

/** How much of something there is, where a benchmark lets that be chosen: `--rows`, `--orders`, `--requests`. */
export type Sizes = { rows?: number; orders?: number; requests?: number };

export type Settings = {
  rounds: number;
  /** How long one variant runs in one round. */
  seconds: number;
  /** Those that the benchmark has a default of, as they were asked for. */
  sizes?: Sizes;
  /** The one of a benchmark's kinds that is measured; all of them where none is named. */
  kind?: string | undefined;
  /** Aborted when somebody ends the benchmark early. */
  signal: AbortSignal;
  progress: (text: string) => void;
};

/**
 * Runs every variant once a round. Each round begins with another one, so that neither a machine that slows down nor
 * tables that grow are held against always the same variant.
 */
export async function runRounds(variants: readonly Variant[], settings: Settings): Promise<Round[]> {
  const rounds: Round[] = [];
  for (let number = 0; number < settings.rounds; number += 1) {
    settings.progress(`round ${number + 1} of ${settings.rounds}`);
    const round: Round = {};
    const first = number % variants.length;
    for (const variant of [...variants.slice(first), ...variants.slice(0, first)]) {
      settings.signal.throwIfAborted();
      round[variant.name] = await variant.run();
    }
    rounds.push(round);
  }
  return rounds;
}
