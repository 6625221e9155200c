/** A bank account as its holder claims it. The number has no spaces. */
export type AccountClaim = { holder: string; number: string };

/** What a bank is called, and its code in the country's payment system, by which it is debited. */
export type Bank = { name: string; code: string };

export type CheckAnswer =
  /** The account exists, takes payments, and is held under this name. `reference` is the provider's name for the check. */
  | { outcome: 'verified'; reference: string; bank: Bank }
  | {
      outcome: 'refused';
      code: 'name_differs' | 'account_closed' | 'account_not_found' | 'not_a_test_account';
    };

/** Who can say whose a bank account is. Asked outside of transactions. */
export type AccountVerifier = {
  name: string;
  verify(claim: AccountClaim): Promise<CheckAnswer>;
};
