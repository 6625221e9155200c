/** A receipt as it is handed in: the compact JWS, and what the holder has to open its hidden members (RFC 9901). */
export type ReceiptInput = { jws: string; disclosures?: readonly string[] | undefined };

/** A text that the agreement names by its hash: SHA-256 in hex of its UTF-8. */
export type NamedText = { purpose: string; version: string; text_hash: string; locale?: string };

/** One date of a schedule. Amounts are integers of minor units. */
export type ReceiptInstallment = {
  number: number;
  due_date: string;
  amount: number;
  principal?: number;
  interest?: number;
  fee?: number;
  paid_amount?: number;
};

/** How far a date lies behind the day of the agreement. */
export type Offset = { months?: number; days?: number };

/** What was agreed to, as far as the arithmetic reads it. The hash covers all of it. */
export type Snapshot = {
  code: string;
  currency: string;
  amount: number;
  down_payment: number;
  financed: number;
  finance_charge: number;
  installments: (ReceiptInstallment & { offset: Offset })[];
  interest?: { annual_rate_ppm: number; shopper_rate_ppm: number; method: string; day_count: string };
  apr_percent?: number;
  market?: string;
  repayment_day?: number;
  refund_policy: string;
  merchant?: { id: string; name: string };
  funder: { id: string; name: string };
  terms_version: string;
  agreed_on: string;
};

type Head = {
  version: 1;
  environment: string;
  plan_id: string;
  sequence: number;
  previous_hash: string | null;
  snapshot_hash: string;
  issued_at: string;
};

/** What a receipt says of an agreement: what was agreed to, at what cost, by which texts. */
export type AgreementClaims = Head & {
  kind: 'agreement';
  order_id?: string;
  draw_id?: string;
  merchant_reference?: string;
  shopper_id: string;
  agreed_at: string;
  cost: {
    currency: string;
    total_cost: number;
    total_payable: number;
    apr_percent?: number;
    annual_rate_ppm?: number;
    shopper_rate_ppm?: number;
  };
  snapshot: Snapshot;
  /** Hidden from whom the shopper did not show it. */
  texts?: NamedText[];
};

/** What a receipt says of a later change: the schedule as it is from then on. */
export type AmendmentClaims = Head & {
  kind: 'amendment';
  currency: string;
  schedule: ReceiptInstallment[];
  owed_amount: number;
  /** What happened; hidden from the shop unless the shop did it. */
  entry?: { kind: string; on_date: string; amount?: number; [detail: string]: unknown };
};

/** What a receipt says. */
export type ReceiptClaims = AgreementClaims | AmendmentClaims;

/** Something that is not as it was signed, or cannot have been signed by the gateway. */
export type ReceiptFault = {
  /** `agreement`, `amendment 2`, or `chain` for what concerns how they follow each other. */
  where: string;
  /** The member at fault, such as `header.alg`, `payload.snapshot_hash` or `payload.schedule[2].amount`. */
  member: string;
  message: string;
};

/** One receipt that could be read. */
export type ReadReceipt = {
  claims: ReceiptClaims;
  /** SHA-256 of the JWS in hex. */
  hash: string;
  /** The key that it says it was signed with. */
  keyId: string;
  /** How many hidden members were not opened. */
  withheld: number;
};

/** A public key set (RFC 7517), as GET /.well-known/jwks.json gives it. */
export type KeySet = { keys: readonly Record<string, unknown>[] };

/** What `verifyReceipts` found. */
export type Verification = {
  /**
   * `verified`: every signature is by a key of the set, and everything holds. `refused`: something is at fault. `unsigned`: no
   * keys were given, so nobody knows who made this; everything else holds.
   */
  status: 'verified' | 'refused' | 'unsigned';
  /** In the order in which they were handed in. */
  receipts: ReadReceipt[];
  faults: ReceiptFault[];
};
