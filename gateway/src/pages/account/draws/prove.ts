import type { Result } from '../../answer-form.ts';
import type { AccountAction } from '../action.ts';
import { prove } from '../prove.ts';
import { agreementPath, askedBy, drawsPath } from './asked.ts';

/** Proves who the shopper is, before they draw; leads back to what they had asked for. */
export function proveForDraw(action: AccountAction): Promise<Result> {
  const { visit, req } = action;
  const asked = askedBy(req);
  const { path } = visit.place;
  return prove(action, {
    to: asked ? agreementPath(path, asked) : drawsPath(path),
    unticked: 'draw_consents',
  });
}
