/**
 * Whose passkeys: people of the installation, or people of one merchant. Each kind has tables of the same shape of its own
 * (`operator_passkeys`, `member_passkeys`, …), and nothing of one is good for the other.
 */
export type StaffKind = 'operator' | 'member';

/** Shoppers have passkeys, too, each in one environment; their sessions are another matter (`shoppers/sessions.ts`). */
export type PasskeyKind = StaffKind | 'shopper';

/** Somebody who is about to make a passkey, as their passkey manager will name them. */
export type Person = { id: string; name: string; mail: string | null };

/** A browser that answers, from a network address. `apiOrigin` is the gateway's, by which passkeys are made. */
export type Asking = { browser: string; apiOrigin: string };
