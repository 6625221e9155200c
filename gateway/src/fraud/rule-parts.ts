import { z } from 'zod';

/** What a decision is about: a checkout, an order that an agreement covers, or a cash draw. */
export const decisionKinds = ['checkout', 'agreement', 'draw'] as const;
export type DecisionKind = (typeof decisionKinds)[number];

/** The longest stretch of time that a rule looks back: so long is a sighting kept. */
export const mostMinutes = 90 * 24 * 60;

/** Names a rule. */
export const name = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be 1 to 40 of a–z, 0–9 and _');
const hour = z.int().min(0).max(23);
/** How far back a rule looks. */
export const minutes = z.int().min(1).max(mostMinutes);

/** What a hit does: it adds points, or asks for a code, or refuses. Points below 1 would soften. */
export const action = z.union([
  z.literal('challenge'),
  z.literal('refuse'),
  z.strictObject({ points: z.int().min(1).max(1000) }),
]);

/** What every kind of rule has. */
export const common = {
  id: name,
  /** Why the rule is there, for whoever reads a hit. */
  why: z.string().min(1).max(200),
  /** The kinds of decision that it looks at; all of them when left out. */
  on: z.array(z.enum(decisionKinds)).min(1).optional(),
  /** Only in these hours of the merchant's day, both included; `from` after `to` goes over midnight. */
  hours: z.strictObject({ from: hour, to: hour }).optional(),
};
