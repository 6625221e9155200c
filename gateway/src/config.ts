import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readPrefixes } from './shoppers/codes/prefixes.ts';
import { type CodeRules, defaultCodeRules } from './shoppers/codes/rules.ts';
import type { OpenIdOptions } from './shoppers/sign-in/openid-provider.ts';

const Origin = z.url({ protocol: /^https?$/ }).transform((value) => new URL(value).origin);

/** What the process reads from its environment. Secrets come as files or variables and are never printed. */
const Variables = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(?:ql)?$/ }),
  /** The same database without a pooler in between, for migrations, LISTEN and the scheduler: they need sessions. */
  DATABASE_DIRECT_URL: z.url({ protocol: /^postgres(?:ql)?$/ }).optional(),
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
  /** An OpenID provider that shoppers may sign in with; all four, or none. Plain http only at a loopback address. */
  OPENID_ISSUER: z
    .url({ protocol: /^https?$/ })
    .refine((value) => value.startsWith('https:') || isLoopback(value), 'must be https')
    .optional(),
  OPENID_CLIENT_ID: z.string().min(1).optional(),
  OPENID_CLIENT_SECRET_FILE: z.string().min(1).optional(),
  OPENID_NAME: z.string().min(1).max(40).optional(),
  /** Who proves live shoppers' identities: nobody, or Stripe by what it is told to check. */
  IDENTITY_CHECK: z.enum(['off', 'stripe_document', 'stripe_id_number']).default('off'),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().default('Morrow <no-reply@morrow.invalid>'),
  /** Loopback webhook targets that sandboxes may use, as host:port, separated by commas. */
  SANDBOX_WEBHOOK_TARGETS: z.string().default(''),
  /** How many proxies stand before us and add the address they saw to X-Forwarded-For. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  /** Sandboxes that one network address may open in an hour. */
  SANDBOXES_PER_HOUR: z.coerce.number().int().min(0).default(5),
  /** Which numbers one-time codes are sent to, as `+86,+44,!+4470`: the longest prefix that fits decides. */
  CODE_PREFIXES: z
    .string()
    .regex(/^\s*!?\+[1-9]\d{0,10}\s*(?:,\s*!?\+[1-9]\d{0,10}\s*)*$/, 'must be a list such as +86,+44,!+4470')
    .optional(),
  /** One-time codes that are sent in one environment in a day; from four fifths on only to numbers that signed in before. */
  CODES_PER_DAY: z.coerce.number().int().min(0).max(1_000_000).default(defaultCodeRules.perDay),
  /** Codes that are asked for in one merchant's sessions in an hour, before numbers that never signed in have to wait. */
  CODES_PER_MERCHANT_HOUR: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(defaultCodeRules.perMerchantHour),
  /** Reads, and as many writes, that one key may send in a minute; and requests of who has no key. */
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).optional(),
  /** Requests that one process works on at once; beyond it lists are refused first, and orders last. */
  MAX_IN_FLIGHT: z.coerce.number().int().min(4).optional(),
  /** A file in the format of MaxMind DB that says which country an address is in. */
  COUNTRY_MMDB: z.string().min(1).optional(),
  /** The folder of the files that disputes are decided by; every process of a gateway needs the same one. */
  EVIDENCE_FOLDER: z.string().min(1).optional(),
  /** A port of its own for Prometheus; none without it. */
  METRICS_PORT: z.coerce.number().int().min(0).max(65535).optional(),
  METRICS_HOST: z.string().default('127.0.0.1'),
  /** A collector of traces, which listens below it at /v1/traces; other variables of OpenTelemetry are read by its SDK. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** For so long a process that was told to end by SIGTERM serves on, while it says that it is not ready. */
  DRAIN_SECONDS: z.coerce.number().min(0).max(600).default(0),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(10),
  /** Off behind a pooler that hands out connections by the transaction and does not know prepared statements. */
  DATABASE_PREPARED: z.enum(['on', 'off']).default('on'),
  /** How many authorizations that come at once share a transaction at most; with 1 each has its own. */
  ORDERS_TOGETHER: z.coerce.number().int().min(1).max(64).default(32),
});

export type Config = {
  databaseUrl: string;
  /** The way to the same database past a pooler; the other one is as good where there is none. */
  databaseDirectUrl?: string | undefined;
  databasePool: number;
  databasePrepared?: boolean;
  ordersTogether?: number;
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
  openId?: OpenIdOptions | undefined;
  /** What Stripe Identity checks of live shoppers; nobody checks them without it. */
  stripeIdentity?: 'document' | 'id_number' | undefined;
  smtpUrl: string | undefined;
  mailFrom: string;
  sandboxWebhookTargets: string[];
  trustedProxies: number;
  sandboxesPerHour: number;
  /** Which numbers one-time codes are sent to, and how many; the defaults without it. */
  codes?: CodeRules | undefined;
  rateLimitPerMinute?: number | undefined;
  mostInFlight?: number | undefined;
  drainSeconds?: number;
  /** Where traces are sent to; none are made without it. */
  traces?: { endpoint: string } | undefined;
  countryFile?: string | undefined;
  evidenceFolder?: string | undefined;
};

/** Those that are or hold a secret. Each may lie in a file that `<name>_FILE` names, so that no list of variables shows it. */
const secretNames = [
  'DATABASE_URL',
  'DATABASE_DIRECT_URL',
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRET',
  'SMTP_URL',
] as const;

/**
 * Parses the process's variables; throws one readable error that names each variable that is wrong, and never what it
 * holds.
 */
export function readConfig(variables: NodeJS.ProcessEnv): Config {
  const parsed = Variables.safeParse(withFiles(variables));
  if (!parsed.success) throw new Error(`The configuration is wrong:\n${z.prettifyError(parsed.error)}`);
  const value = parsed.data;
  return {
    databaseUrl: value.DATABASE_URL,
    databaseDirectUrl: value.DATABASE_DIRECT_URL,
    databasePool: value.DATABASE_POOL,
    databasePrepared: value.DATABASE_PREPARED === 'on',
    ordersTogether: value.ORDERS_TOGETHER,
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
    openId: readOpenId(value),
    stripeIdentity: readIdentityCheck(value),
    smtpUrl: value.SMTP_URL,
    mailFrom: value.MAIL_FROM,
    sandboxWebhookTargets: value.SANDBOX_WEBHOOK_TARGETS.split(',').filter(Boolean),
    trustedProxies: value.TRUSTED_PROXIES,
    sandboxesPerHour: value.SANDBOXES_PER_HOUR,
    codes: {
      prefixes:
        value.CODE_PREFIXES === undefined ? defaultCodeRules.prefixes : readPrefixes(value.CODE_PREFIXES),
      perDay: value.CODES_PER_DAY,
      perMerchantHour: value.CODES_PER_MERCHANT_HOUR,
    },
    rateLimitPerMinute: value.RATE_LIMIT_PER_MINUTE,
    mostInFlight: value.MAX_IN_FLIGHT,
    drainSeconds: value.DRAIN_SECONDS,
    traces:
      value.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? undefined
        : { endpoint: value.OTEL_EXPORTER_OTLP_ENDPOINT },
    countryFile: value.COUNTRY_MMDB,
    evidenceFolder: value.EVIDENCE_FOLDER,
  };
}

function withFiles(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const all = { ...variables };
  for (const name of secretNames) {
    const file = variables[`${name}_FILE`];
    if (file === undefined) continue;
    if (all[name] !== undefined) throw new Error(`Set ${name} or ${name}_FILE, not both.`);
    all[name] = readSecret(`${name}_FILE`, file);
  }
  return all;
}

/** Names the variable and not the file: somebody may have put the secret itself where its file's name belongs. */
function readSecret(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    // eslint-disable-next-line preserve-caught-error -- the cause tells the file's name
    throw new Error(`${variable} must name a file that can be read (${code}).`);
  }
}

/** The provider's four variables belong together; its secret lies in a file, so that no list of variables shows it. */
function readOpenId(value: z.output<typeof Variables>): OpenIdOptions | undefined {
  const { OPENID_ISSUER: issuer, OPENID_CLIENT_ID: clientId, OPENID_NAME: name } = value;
  const { OPENID_CLIENT_SECRET_FILE: file } = value;
  const given = [issuer, clientId, name, file].filter((part) => part !== undefined);
  if (given.length === 0) return undefined;
  if (issuer === undefined || clientId === undefined || name === undefined || file === undefined) {
    throw new Error(
      'OPENID_ISSUER, OPENID_CLIENT_ID, OPENID_CLIENT_SECRET_FILE and OPENID_NAME belong together: set all four or none.',
    );
  }
  const clientSecret = readSecret('OPENID_CLIENT_SECRET_FILE', file);
  if (clientSecret === '')
    throw new Error('The file of OPENID_CLIENT_SECRET_FILE must hold the client secret of OPENID_ISSUER.');
  return { issuer, clientId, clientSecret, name };
}

function readIdentityCheck(value: z.output<typeof Variables>): Config['stripeIdentity'] {
  if (value.IDENTITY_CHECK === 'off') return undefined;
  if (value.STRIPE_SECRET_KEY === undefined)
    throw new Error(`IDENTITY_CHECK=${value.IDENTITY_CHECK} needs STRIPE_SECRET_KEY.`);
  return value.IDENTITY_CHECK === 'stripe_document' ? 'document' : 'id_number';
}

function isLoopback(value: string): boolean {
  const { hostname } = new URL(value);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** One key a line, `<id>:<32 bytes in base64url>`, the newest first. */
function readMasterKeys(file: string): { id: string; key: Buffer }[] {
  const keys = readSecret('MASTER_KEY_FILE', file)
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [id = '', encoded = ''] = line.split(':');
      return { id, key: Buffer.from(encoded, 'base64url') };
    });
  if (keys.length === 0 || keys.some(({ id, key }) => !/^[a-z0-9]+$/.test(id) || key.length !== 32)) {
    throw new Error('The file of MASTER_KEY_FILE must hold lines of <id>:<32 bytes in base64url>.');
  }
  return keys;
}
