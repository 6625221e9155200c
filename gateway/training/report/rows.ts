import type { ModelContent } from '../../src/pay-score/model/schema.ts';
import type { Characteristics } from '../../src/pay-score/model/derive.ts';

/** Scored rows with their outcomes: what the report is made of. */
export type ReportRows = {
  bad: Uint8Array;
  pd: number[];
  score: number[];
  derived: Characteristics[];
  scale: ModelContent['scale'];
};
