import type { components, operations } from './generated/openapi.d.ts';

type Schemas = components['schemas'];

type JsonOf<Message> = Message extends { content: { 'application/json': infer Body } } ? Body : never;

/** The dates of the versions of the API that there are. */
export type ApiVersion = components['parameters']['Morrow-Version'];

/** What an operation of the contract takes. */
export type RequestBody<Operation extends keyof operations> = JsonOf<
  NonNullable<operations[Operation]['requestBody']>
>;

/** What an operation of the contract answers when all is well. */
export type ResponseBody<Operation extends keyof operations> = JsonOf<
  operations[Operation]['responses'][keyof operations[Operation]['responses'] & (200 | 201 | 202)]
>;

/** What an operation of the contract may be asked for in its query. */
export type Query<Operation extends keyof operations> = NonNullable<
  operations[Operation]['parameters']['query']
>;

/** A cart on its way through the hosted checkout, until it becomes an order. */
export type CheckoutSession = Schemas['CheckoutSession'];
/** `expires_at` is at most half an hour away. */
export type ClientToken = Schemas['ClientToken'];
/** One line of a cart. The amounts of the lines sum to the session's amount. */
export type SessionLine = Schemas['SessionLine'];
/** ISO 4217. Amounts are integers of its minor units: 10000 is ¥100.00, and ¥10000 in JPY. */
export type CurrencyCode = Schemas['CurrencyCode'];
/** What a shopper agreed to pay later: authorized, then captured or voided, whole or in part. */
export type Order = Schemas['Order'];
/** A shopper's consent to orders without their confirming each one, within ceilings. */
export type Agreement = Schemas['Agreement'];
/** What became of a reference whose outcome was unknown, now that it is undone. */
export type Reversal = Schemas['Reversal'];
/** A part of an order that was shipped: the shopper's debt for it, and what you are owed. */
export type Capture = Schemas['Capture'];
/** Money or debt that was given back for captured goods. */
export type Refund = Schemas['Refund'];
/** What a refund would do, before and after; nothing is written. */
export type RefundPreview = Schemas['RefundPreview'];
/** Goods on their way back, with the shopper's dues paused meanwhile. */
export type Return = Schemas['Return'];
/** How a shopper pays an order back: today's schedule, and what was agreed to. */
export type Plan = Schemas['Plan'];
/** What the shopper agreed to, as it was then; it never changes. */
export type PlanSnapshot = Schemas['PlanSnapshot'];
/** One date of a plan, with what is due and what of it is paid. */
export type Installment = Schemas['Installment'];
/** What you are owed for one business date, closed and final. */
export type Settlement = Schemas['Settlement'];
/** One amount of a settlement, with its order and its cause. */
export type SettlementLine = Schemas['SettlementLine'];
/** Money on its way to your bank for a settlement. */
export type Payout = Schemas['Payout'];
/** A fact in your feed; `sequence` numbers them 1, 2, 3 and so on without gaps. */
export type Event = Schemas['Event'];
/** One answer of the feed: go on with `next_after`, at once while `has_more`. */
export type EventPage = ResponseBody<'listEvents'>;
/** The gateway's signature under everything in your feed up to a number. */
export type EventCheckpoint = Schemas['EventCheckpoint'];
/** A URL of yours that is told of events. */
export type WebhookEndpoint = Schemas['WebhookEndpoint'];
/** One attempt to send one event to one endpoint. */
export type Delivery = Schemas['Delivery'];
/** A public key by which you sign. */
export type Key = Schemas['Key'];
/** Where the gateway finds keys that you publish yourself. */
export type KeySource = Schemas['KeySource'];
/** A place for tests with a clock of its own. */
export type Sandbox = Schemas['Sandbox'];
/** A sandbox as it was made, with its merchant, inbox and test shoppers. */
export type NewSandbox = Schemas['NewSandbox'];
/** What would have been sent to a person. */
export type Message = Schemas['Message'];
/** The balances of every account of a sandbox, which sum to nothing. */
export type TrialBalance = Schemas['TrialBalance'];
/** Something that is to go wrong in a sandbox, and how often it has. */
export type Fault = Schemas['Fault'];
/** What is to go wrong, when and how often. */
export type FaultInput = RequestBody<'createFault'>;
/** A scenario that runs or has run: its steps, its calendar, and whether the books balance. */
export type ScenarioRun = Schemas['ScenarioRun'];
/** A story of one order; what has a default may be left out. */
export type ScenarioInput = NonNullable<RequestBody<'runScenario'>['document']>;
/** The same as the gateway gives it out, with every default filled in. */
export type ScenarioDocument = ResponseBody<'listScenarios'>['data'][number];
/** RFC 9457, with our members. A single occurrence may add more, such as the id of the order that won. */
export type Problem = Schemas['Problem'];
/** One field that was refused, by its JSON pointer. */
export type FieldError = NonNullable<Problem['errors']>[number];
