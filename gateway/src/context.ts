import { connect, type Knex } from '@morrow/db';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { type Clock, wallClock } from './lib/clock.ts';
import { createLog } from './lib/log.ts';
import type { TxHost } from './lib/tx.ts';
import { createVault } from './lib/vault.ts';
import { readCountryFile } from './fraud/country-file.ts';
import type { CountryOf } from './fraud/countries.ts';
import { diskEvidence, type EvidenceStore } from './disputes/evidence/store.ts';
import type { Mailer } from './notifications/mailer.ts';
import { createSmtpMailer } from './notifications/smtp.ts';
import type { Desks } from './credit/desks/desks.ts';
import { createOpenIdProvider } from './shoppers/sign-in/openid-provider.ts';
import type { OutsideProvider } from './shoppers/sign-in/outside-port.ts';
import type { Tracing } from './watch/tracing.ts';
import { createMetrics, type Metrics } from './watch/metrics.ts';
import type { HostedIdentity } from './processor/identity-port.ts';
import { createProcessors, type ProcessorFor } from './processor/processors.ts';
import { createStripeIdentity } from './processor/stripe-identity.ts';

/** Everything a process works with, wired by hand once and passed to `api/`, `pages/` and `jobs/`. */
export type Context = TxHost & {
  config: Config;
  log: Logger;
  /**
   * The way to the database past a pooler that hands out connections by the transaction, for what needs a session:
   * migrations and LISTEN. Absent where there is no such pooler.
   */
  direct?: Knex | undefined;
  processorFor: ProcessorFor;
  /** Set when the process was told to end: it still serves, and says that requests should go elsewhere. */
  isEnding?: boolean;
  /** What is traced for a collector of OpenTelemetry; absent where nobody asks for it. */
  traces?: Tracing | undefined;
  /** What is counted for Prometheus; absent where nobody asks for it. */
  metrics?: Metrics | undefined;
  /** Where the files of disputes lie. */
  evidence: EvidenceStore;
  /** Absent where shoppers sign in by code and passkey only. */
  outside?: OutsideProvider | undefined;
  /** Who checks the identities of live shoppers; absent where nobody does. */
  hostedIdentity?: HostedIdentity | undefined;
  /** Absent without an SMTP server: what live would send by mail then fails visibly. */
  mailer: Mailer | undefined;
  /** The services of funders (`http/desks/desks.ts`); absent: those of sandboxes answer from the database. */
  desks?: Desks | undefined;
  /** Absent without a file of countries: then no live address has one. */
  countryOf?: CountryOf | undefined;
};

/** Wires a process by its configuration. The caller ends it with `db.destroy()`, and `direct` where there is one. */
export function createContext(
  config: Config,
  { traces, ...parts }: { clock?: Clock; log?: Logger; traces?: Tracing | undefined } = {},
): Context {
  const db = connect(config.databaseUrl, { max: config.databasePool, prepare: config.databasePrepared });
  const { databaseDirectUrl } = config;
  const direct = databaseDirectUrl === undefined ? undefined : connect(databaseDirectUrl, { max: 1 });
  traces?.followDatabase(db);
  const processorFor = createProcessors({
    live: config.stripeSecretKey,
    financialAccount: config.stripeFinancialAccount,
    sandbox: true,
    headers: traces?.headers,
  });
  return {
    db,
    mostTogether: config.ordersTogether,
    direct,
    clock: parts.clock ?? wallClock,
    vault: createVault(config.masterKeys),
    config,
    log: parts.log ?? createLog(config.logLevel),
    metrics: config.metrics && createMetrics(),
    traces,
    processorFor: traces ? traces.followProcessors(processorFor) : processorFor,
    countryOf: config.countryFile === undefined ? undefined : readCountryFile(config.countryFile),
    hostedIdentity: hostedIdentityOf(config),
    outside: config.openId && createOpenIdProvider(config.openId),
    evidence: diskEvidence(config.evidenceFolder ?? '.data/evidence'),
    mailer: config.smtpUrl ? createSmtpMailer({ url: config.smtpUrl, from: config.mailFrom }) : undefined,
  };
}

function hostedIdentityOf({ stripeIdentity: checks, stripeSecretKey: secretKey }: Config) {
  return checks && secretKey ? createStripeIdentity({ secretKey, checks }) : undefined;
}
