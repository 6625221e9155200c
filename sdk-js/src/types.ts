import type { components, operations } from './generated/openapi.d.ts';

type Schemas = components['schemas'];

type JsonOf<Message> = Message extends { content: { 'application/json': infer Body } } ? Body : never;

/** What an operation of the contract takes. */
export type RequestBody<Operation extends keyof operations> = JsonOf<
  NonNullable<operations[Operation]['requestBody']>
>;

/** What an operation of the contract answers when all is well. */
export type ResponseBody<Operation extends keyof operations> = operations[Operation]['responses'] extends {
  201: infer Created;
}
  ? JsonOf<Created>
  : operations[Operation]['responses'] extends { 200: infer Found }
    ? JsonOf<Found>
    : never;

/** What an operation of the contract may be asked for in its query. */
export type Query<Operation extends keyof operations> = NonNullable<
  operations[Operation]['parameters']['query']
>;

export type CheckoutSession = Schemas['CheckoutSession'];
/** `expires_at` is at most half an hour away. */
export type ClientToken = Schemas['ClientToken'];
export type SessionLine = Schemas['SessionLine'];
export type CurrencyCode = Schemas['CurrencyCode'];
export type Order = Schemas['Order'];
export type Agreement = Schemas['Agreement'];
export type Reversal = Schemas['Reversal'];
export type Capture = Schemas['Capture'];
export type Refund = Schemas['Refund'];
export type RefundPreview = Schemas['RefundPreview'];
export type Return = Schemas['Return'];
export type Plan = Schemas['Plan'];
export type PlanSnapshot = Schemas['PlanSnapshot'];
export type Installment = Schemas['Installment'];
export type Settlement = Schemas['Settlement'];
export type SettlementLine = Schemas['SettlementLine'];
export type Payout = Schemas['Payout'];
export type Event = Schemas['Event'];
export type WebhookEndpoint = Schemas['WebhookEndpoint'];
export type Delivery = Schemas['Delivery'];
export type Sandbox = Schemas['Sandbox'];
export type NewSandbox = Schemas['NewSandbox'];
export type Message = Schemas['Message'];
export type TrialBalance = Schemas['TrialBalance'];
export type Fault = Schemas['Fault'];
export type FaultInput = RequestBody<'createFault'>;
export type ScenarioRun = Schemas['ScenarioRun'];
/** A story of one order; what has a default may be left out. */
export type ScenarioInput = NonNullable<RequestBody<'runScenario'>['document']>;
/** The same as the gateway gives it out, with every default filled in. */
export type ScenarioDocument = ResponseBody<'listScenarios'>['data'][number];
/** RFC 9457, with our members. A single occurrence may add more, such as the id of the order that won. */
export type Problem = Schemas['Problem'];
export type FieldError = NonNullable<Problem['errors']>[number];
