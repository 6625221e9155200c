import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { CountryOf } from '../fraud/countries.ts';
import type { ProcessorHost } from '../processor/carry-out.ts';

/** What the pages need of the process they run in. */
export type PagesContext = ProcessorHost & {
  config: Pick<Config, 'origins'>;
  log: Logger;
  countryOf?: CountryOf | undefined;
};
