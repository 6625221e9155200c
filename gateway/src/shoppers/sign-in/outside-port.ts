/** What one way to the provider and back is bound by: random values that only we know, besides the state in the address. */
export type OutsideSecrets = { state: string; nonce: string; verifier: string };

/** Whom the provider says that it has signed in. `phone` is one that it vouches for, as it wrote it. */
export type OutsidePerson = { subject: string; phone: string | undefined };

export type OutsideAnswer =
  | { outcome: 'signed_in'; person: OutsidePerson }
  /** The person said no (`access_denied`), or the answer is not good. */
  | { outcome: 'refused'; reason: string };

/** Somebody outside with whom shoppers may sign in. Asked outside of transactions. */
export type OutsideProvider = {
  issuer: string;
  /** What people know it by. */
  name: string;
  /** The origin of its pages, to which our forms may lead; undefined while it has not told us where they are. */
  origin(): string | undefined;
  /** Where the browser is sent. Throws `unavailable` when the provider does not tell. */
  begin(input: OutsideSecrets & { redirectUri: string }): Promise<URL>;
  /**
   * Whom it has signed in, by the address that it sent the browser back to. Throws `unavailable` when it does not answer.
   */
  finish(input: OutsideSecrets & { answer: URL }): Promise<OutsideAnswer>;
};
