import type { VNode } from 'preact';
import { counterScriptPath, integrityOf } from '../assets.ts';

/** The script of the counter, which keeps an unsent sale and asks how one stands. `nonce` is the page's policy's. */
export function CounterScript({ nonce }: { nonce: string }): VNode {
  return <script src={counterScriptPath} integrity={integrityOf(counterScriptPath)} nonce={nonce} defer />;
}
