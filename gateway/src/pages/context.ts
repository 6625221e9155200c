import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { EvidenceStore } from '../disputes/evidence/store.ts';
import type { CountryOf } from '../fraud/countries.ts';
import type { Desks } from '../credit/desks/desks.ts';
import type { ProcessorHost } from '../processor/carry-out.ts';

/** What the pages need of the process they run in. */
export type PagesContext = ProcessorHost & {
  config: Pick<Config, 'origins'>;
  log: Logger;
  evidence: EvidenceStore;
  countryOf?: CountryOf | undefined;
  desks?: Desks | undefined;
};
