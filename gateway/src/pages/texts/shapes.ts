/** What a decline can tell the shopper, with the amounts formatted. */
export type Advice = { available: string; nothingAvailable: boolean; overdue: string };

/** A sentence about the last step; `field` names the form field that it is about, `good` says that all went well. */
export type NoticeText = { field?: string; good?: boolean; text: string };
