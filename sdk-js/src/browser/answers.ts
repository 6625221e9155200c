import type { components } from '../generated/openapi.d.ts';

type Schemas = components['schemas'];

/** What may be said about paying later for an amount. The gateway computes it; a browser only shows it. */
export type OfferMessage = Schemas['OfferMessage'];
/** Whether there is an offer for an amount at all; it says nothing about a person. */
export type Eligibility = Schemas['Eligibility'];
/** How far a checkout is; a hint, which your server reads by a signed request. */
export type SessionStatus = Schemas['CheckoutSessionStatus']['status'];
