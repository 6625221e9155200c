import { z } from 'zod';
import { Accepted, defineRoute, type Route } from '../http/route.ts';
import { CurrencyCode, idOf, Timestamp } from '../http/schemas.ts';
import type { Context } from '../context.ts';
import { dateIn, daysBetween, isTimeZone } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { advanceClock, type Destination, furthestDays } from '../jobs/advance-clock.ts';
import { businessEventKinds, nextBusinessEvent } from '../jobs/close-business-day.ts';
import { openSandbox } from '../jobs/open-sandbox.ts';
import { transact } from '../lib/tx.ts';
import { endSandbox, findSandbox, type Sandbox } from '../merchants/environments.ts';
import { countOpening } from '../merchants/sandbox-limit.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { inboxPath } from '../notifications/inbox-path.ts';
import { monthlyPlanCodes } from '../plans/offers.ts';
import { programmeCodes } from '../plans/programmes.ts';
import { appealRoutes } from './sandbox-appeals.ts';
import { disputeSandboxRoutes } from './sandbox-disputes.ts';
import { trialBalanceRoute } from './sandbox-books.ts';
import { confirmRoute } from './sandbox-confirm.ts';
import { faultRoutes } from './sandbox-faults.ts';
import { sandboxFunderKeysRoute } from './sandbox-funder-keys.ts';
import { latenessRoutes } from './sandbox-lateness.ts';
import { inboxRoute } from './sandbox-inbox.ts';
import { scenarioRoutes } from './sandbox-scenarios.ts';

const SandboxClockJson = z
  .object({
    now: Timestamp,
    moving: z.boolean(),
    target: Timestamp.nullable().meta({
      description: 'Where the clock is on its way to; null while it stands.',
    }),
    days_left: z.int().min(0).meta({ description: 'How many dates it still has to walk.' }),
    next_event: z
      .object({ at: Timestamp, kinds: z.array(z.enum(businessEventKinds)) })
      .nullable()
      .meta({
        description: 'When something next happens by itself, and what may; null when nothing ever will.',
      }),
  })
  .meta({ id: 'SandboxClock' });

const SandboxJson = z
  .object({
    id: idOf('sbx'),
    object: z.literal('sandbox'),
    clock: SandboxClockJson,
    time_zone: z.string(),
    merchant: z.object({
      id: idOf('mer'),
      name: z.string(),
      key_id: z.string(),
      publishable_key: z
        .string()
        .meta({ description: "Names the merchant in its shop's pages; it proves nothing and is no secret." }),
    }),
    inbox_url: z.url().meta({ description: 'A page with what was sent to shoppers; keep it to yourself.' }),
    expires_at: Timestamp,
  })
  .meta({
    id: 'Sandbox',
    description: 'A world of its own, with one clock that stands until it is advanced.',
  });

type SandboxBody = z.output<typeof SandboxJson>;

const sandboxExample: SandboxBody = {
  id: 'sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'sandbox',
  clock: {
    now: '2026-03-01T08:30:00.000Z',
    moving: false,
    target: null,
    days_left: 0,
    next_event: { at: '2026-03-14T16:00:00.000Z', kinds: ['installment'] },
  },
  time_zone: 'Asia/Shanghai',
  merchant: {
    id: 'mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
    name: 'Tea House',
    key_id: 'mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/key-1',
    publishable_key: 'pub_6f1e4c0a9d3b4e7f8a2c5d6e7f809112',
  },
  inbox_url: 'https://pay.example/sandbox/inbox/sbx_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/stamp',
  expires_at: '2026-03-31T08:30:00.000Z',
};

async function sandboxJson(
  context: Context,
  sandboxId: string,
  merchantId: string,
  kid: string,
): Promise<SandboxBody> {
  const sandbox = await findSandbox(context, sandboxId);
  if (!sandbox) throw new GatewayError('not_found', { detail: 'There is no such sandbox.' });
  const [merchant, next] = await transact(
    context,
    { environmentId: sandboxId, actor: { kind: 'merchant', id: merchantId, kid }, access: 'read' },
    async (tx) => [await findMerchant(tx, merchantId), await nextBusinessEvent(tx)] as const,
  );
  return {
    id: sandbox.id as SandboxBody['id'],
    object: 'sandbox',
    clock: {
      now: sandbox.clockAt.toISOString(),
      moving: sandbox.target !== null,
      target: sandbox.target?.toISOString() ?? null,
      days_left: sandbox.target ? datesUntil(sandbox, sandbox.target) : 0,
      next_event: next ? { at: next.at.toISOString(), kinds: next.kinds } : null,
    },
    time_zone: sandbox.timeZone,
    merchant: {
      id: merchant.id,
      name: merchant.name,
      key_id: `${merchant.id}/${kid}`,
      publishable_key: merchant.publishableKey,
    },
    inbox_url: `${context.config.origins.api}${inboxPath(context.vault, sandbox.id)}`,
    expires_at: sandbox.expiresAt.toISOString(),
  };
}

function datesUntil({ timeZone, clockAt }: Sandbox, target: Date): number {
  return daysBetween(dateIn(timeZone, clockAt), dateIn(timeZone, target));
}

const TestShopperJson = z.object({ name: z.string(), phone: z.string(), national_id: z.string() });

const create = defineRoute({
  method: 'post',
  path: '/v1/sandboxes',
  operationId: 'createSandbox',
  summary: 'Open a sandbox',
  description:
    'Gives you a gateway of your own to test with, at once and for nothing. Sign the request with ' +
    "the key that the body registers; `keyid` is the key's `kid`, by default its RFC 7638 " +
    'thumbprint. From then on sign with `key_id` of the answer.\n\n' +
    'The sandbox comes with a merchant, two funders and two shoppers who are known already, has a ' +
    'clock that stands until you move it, and lives for 30 days. One network address may open ' +
    'only a few in an hour.',
  tags: ['Sandbox'],
  auth: 'new_key',
  body: z.strictObject({
    name: z.string().min(1).max(200),
    jwk: z.record(z.string(), z.unknown()).meta({ description: 'The public key that signs this request.' }),
    allowed_origins: z.array(z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin)).max(20),
    time_zone: z.string().refine(isTimeZone, 'is not an IANA time zone').default('Asia/Shanghai'),
    clock: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: 'Where the clock stands at first; by default now.' }),
    currency: CurrencyCode.default('CNY'),
    category: z.enum(programmeCodes).default('retail'),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .default('CN'),
    fee_basis_points: z.int().min(0).max(3000).default(300),
    fee_fixed: z.int().min(0).max(10_000).default(100),
    first_part: z.enum(['capture', 'checkout']).default('capture'),
    subsidies: z
      .partialRecord(z.enum(monthlyPlanCodes), z.int().min(0).max(100))
      .default({})
      .meta({ description: "What of the shoppers' interest the merchant pays: percent by plan code." }),
  }),
  bodyExample: {
    name: 'Tea House',
    jwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
    allowed_origins: ['http://localhost:4100'],
  },
  success: {
    status: 201,
    description: 'The sandbox is open.',
    schema: SandboxJson.extend({ shoppers: z.array(TestShopperJson) }).meta({ id: 'NewSandbox' }),
    example: {
      ...sandboxExample,
      shoppers: [{ name: 'Test good 1', phone: '+8619900000001', national_id: '990000199001010012' }],
    },
  },
  problems: ['key_unacceptable', 'currency_unsupported', 'rate_limited'],
  async run(context, { body, newKey, address }) {
    await countOpening(context, { address, mostPerHour: context.config.sandboxesPerHour });
    const { sandboxId, merchant, shoppers } = await openSandbox(context, {
      name: body.name,
      category: body.category,
      country: body.country,
      timeZone: body.time_zone,
      currency: body.currency,
      clockAt: body.clock ? new Date(body.clock) : context.clock.now(),
      allowedOrigins: body.allowed_origins,
      feeBasisPoints: body.fee_basis_points,
      feeFixed: BigInt(body.fee_fixed),
      firstPart: body.first_part,
      subsidies: body.subsidies,
      key: newKey,
    });
    return {
      ...(await sandboxJson(context, sandboxId, merchant.id, newKey.kid)),
      shoppers: shoppers.map(({ name, phone, nationalId }) => ({ name, phone, national_id: nationalId })),
    };
  },
});

const get = defineRoute({
  method: 'get',
  path: '/v1/sandbox',
  operationId: 'getSandbox',
  summary: 'Read the sandbox of the key',
  description:
    'The sandbox that your key belongs to: where its clock stands, whether it is moving, when the ' +
    'sandbox ends, and the address of its inbox.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'read',
  success: {
    status: 200,
    description: 'The sandbox and its clock.',
    schema: SandboxJson,
    example: sandboxExample,
  },
  run: (context, { merchant }) => sandboxJson(context, merchant.environmentId, merchant.id, merchant.kid),
});

const remove = defineRoute({
  method: 'delete',
  path: '/v1/sandbox',
  operationId: 'deleteSandbox',
  summary: 'End the sandbox of the key',
  description:
    'Ends the sandbox before its 30 days are over. Its keys and pages stop working within five ' +
    'seconds, and what is in it is deleted.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  success: {
    status: 200,
    description: 'The sandbox has ended.',
    schema: z.object({ id: idOf('sbx'), object: z.literal('sandbox'), deleted: z.literal(true) }),
    example: { id: sandboxExample.id, object: 'sandbox', deleted: true },
  },
  async run(context, { merchant }) {
    const sandbox = await findSandbox(context, merchant.environmentId);
    if (!sandbox) throw new GatewayError('not_found', { detail: 'This key does not belong to a sandbox.' });
    await endSandbox(context, sandbox.id);
    return { id: sandbox.id as SandboxBody['id'], object: 'sandbox' as const, deleted: true as const };
  },
});

const advance = defineRoute({
  method: 'post',
  path: '/v1/sandbox/clock/advance',
  operationId: 'advanceClock',
  summary: "Advance the sandbox's clock",
  description:
    'Walks forward one business date after the other: what falls due is collected, what is over expires, settlements close. Name ' +
    'exactly one of an instant, a number of days, and the next business event; at most ten years. Within 31 days the answer comes ' +
    'when the clock has arrived, or after 20 seconds in a sandbox with much to do; a farther way goes on behind it, and `clock` ' +
    'shows how far it has come. Writes are refused with ' +
    '`clock_moving` meanwhile.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  body: z
    .strictObject({
      to: z.iso.datetime({ offset: true }).optional(),
      days: z.int().min(1).max(furthestDays).optional(),
      until: z.literal('next_event').optional(),
    })
    .refine((body) => Object.values(body).filter((value) => value !== undefined).length === 1, {
      message: 'name exactly one of to, days and until',
    })
    .meta({ override: { minProperties: 1, maxProperties: 1 } }),
  bodyExample: { until: 'next_event' },
  success: {
    status: 200,
    description: 'The clock has arrived.',
    schema: SandboxJson,
    example: sandboxExample,
  },
  accepted: 'The clock is on its way; read the sandbox until `clock.moving` is false.',
  problems: ['clock_moving', 'not_found', 'state_conflict'],
  async run(context, { body, merchant, headers }) {
    const { arrived } = await advanceClock(context, {
      sandboxId: merchant.environmentId,
      destination: destinationOf(body),
      request: String(headers['idempotency-key']),
    });
    const sandbox = await sandboxJson(context, merchant.environmentId, merchant.id, merchant.kid);
    return arrived ? sandbox : new Accepted(sandbox);
  },
});

function destinationOf(body: { to?: string | undefined; days?: number | undefined }): Destination {
  if (body.to !== undefined) return { to: new Date(body.to) };
  return body.days === undefined ? { until: 'next_event' } : { days: body.days };
}

export const sandboxRoutes: Route[] = [
  create,
  get,
  remove,
  advance,
  ...faultRoutes,
  ...latenessRoutes,
  ...appealRoutes,
  ...disputeSandboxRoutes,
  ...scenarioRoutes,
  confirmRoute,
  inboxRoute,
  sandboxFunderKeysRoute,
  trialBalanceRoute,
];
