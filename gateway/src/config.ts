import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Origin = z.url({ protocol: /^https?$/ }).transform((value) => new URL(value).origin);

/** What the process reads from its environment. Secrets come as files or variables and are never printed. */
const Variables = z.object({
  DATABASE_URL: z.string().min(1),
  PORT: z.coerce.number().int().min(0).max(65535).default(4000),
  HOST: z.string().default('127.0.0.1'),
  /** The origin that clients sign and browsers see, whatever stands in between. */
  PUBLIC_ORIGIN: Origin.default('http://127.0.0.1:4000'),
  MASTER_KEY_FILE: z.string().min(1),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  RUN: z.enum(['all', 'server', 'worker']).default('all'),
  STRIPE_SECRET_KEY: z.string().min(1).optional(),
  STRIPE_FINANCIAL_ACCOUNT: z.string().min(1).optional(),
  /** What Stripe signs its news with, of each of its endpoints, separated by commas; both while one is changed. */
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[^\s,]+(?:,whsec_[^\s,]+)*$/)
    .optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().default('Morrow <no-reply@morrow.invalid>'),
  /** Loopback webhook targets that sandboxes may use, as host:port, separated by commas. */
  SANDBOX_WEBHOOK_TARGETS: z.string().default(''),
  /** How many proxies stand before us and add the address they saw to X-Forwarded-For. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  /** Sandboxes that one network address may open in an hour. */
  SANDBOXES_PER_HOUR: z.coerce.number().int().min(0).default(5),
  /** Reads, and as many writes, that one key may send to one process in a minute; and requests of who has no key. */
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).optional(),
  /** A file in the format of MaxMind DB that says which country an address is in. */
  COUNTRY_MMDB: z.string().min(1).optional(),
  /** The folder of the files that disputes are decided by; every process of a gateway needs the same one. */
  EVIDENCE_FOLDER: z.string().min(1).optional(),
  /** A port of its own for Prometheus; none without it. */
  METRICS_PORT: z.coerce.number().int().min(0).max(65535).optional(),
  METRICS_HOST: z.string().default('127.0.0.1'),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(10),
  /** Off behind a pooler that hands out connections by the transaction and does not know prepared statements. */
  DATABASE_PREPARED: z.enum(['on', 'off']).default('on'),
});

export type Config = {
  databaseUrl: string;
  databasePool: number;
  databasePrepared?: boolean;
  port: number;
  host: string;
  origins: { api: string };
  masterKeys: { id: string; key: Buffer }[];
  logLevel: string;
  metrics?: { host: string; port: number } | undefined;
  run: 'all' | 'server' | 'worker';
  stripeSecretKey: string | undefined;
  /** Stripe's name for the account from which shoppers are sent cash. */
  stripeFinancialAccount?: string | undefined;
  /** By which news of Stripe is known to be its own; without any, none is taken. */
  stripeWebhookSecrets?: string[];
  smtpUrl: string | undefined;
  mailFrom: string;
  sandboxWebhookTargets: string[];
  trustedProxies: number;
  sandboxesPerHour: number;
  rateLimitPerMinute?: number | undefined;
  countryFile?: string | undefined;
  evidenceFolder?: string | undefined;
};

/** Parses the process's variables; throws one readable error that names each variable that is wrong. */
export function readConfig(variables: NodeJS.ProcessEnv): Config {
  const parsed = Variables.safeParse(variables);
  if (!parsed.success) throw new Error(`The configuration is wrong:\n${z.prettifyError(parsed.error)}`);
  const value = parsed.data;
  return {
    databaseUrl: value.DATABASE_URL,
    databasePool: value.DATABASE_POOL,
    databasePrepared: value.DATABASE_PREPARED === 'on',
    port: value.PORT,
    host: value.HOST,
    origins: { api: value.PUBLIC_ORIGIN },
    masterKeys: readMasterKeys(value.MASTER_KEY_FILE),
    logLevel: value.LOG_LEVEL,
    metrics:
      value.METRICS_PORT === undefined ? undefined : { host: value.METRICS_HOST, port: value.METRICS_PORT },
    run: value.RUN,
    stripeSecretKey: value.STRIPE_SECRET_KEY,
    stripeFinancialAccount: value.STRIPE_FINANCIAL_ACCOUNT,
    stripeWebhookSecrets: value.STRIPE_WEBHOOK_SECRET?.split(',') ?? [],
    smtpUrl: value.SMTP_URL,
    mailFrom: value.MAIL_FROM,
    sandboxWebhookTargets: value.SANDBOX_WEBHOOK_TARGETS.split(',').filter(Boolean),
    trustedProxies: value.TRUSTED_PROXIES,
    sandboxesPerHour: value.SANDBOXES_PER_HOUR,
    rateLimitPerMinute: value.RATE_LIMIT_PER_MINUTE,
    countryFile: value.COUNTRY_MMDB,
    evidenceFolder: value.EVIDENCE_FOLDER,
  };
}

/** One key a line, `<id>:<32 bytes in base64url>`, the newest first. */
function readMasterKeys(file: string): { id: string; key: Buffer }[] {
  const keys = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [id = '', encoded = ''] = line.split(':');
      return { id, key: Buffer.from(encoded, 'base64url') };
    });
  if (keys.length === 0 || keys.some(({ id, key }) => !/^[a-z0-9]+$/.test(id) || key.length !== 32)) {
    throw new Error(`${file} must hold lines of <id>:<32 bytes in base64url>.`);
  }
  return keys;
}
